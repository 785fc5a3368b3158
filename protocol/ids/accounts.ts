/** Receives its own fee share, absent roles' shares and every residual. */
export const TREASURY_ACCOUNT = 1n
/** Receives what the evidence does not single out. */
export const COMMONS_ACCOUNT = 2n
/** Receives what the base model would have said by itself. */
export const BASE_ACCOUNT = 3n
/** The first account given to somebody who registers; lower numbers are reserved. */
export const FIRST_OPEN_ACCOUNT = 16n
