import type { SplitBps } from '../attribution/params.ts'
import { FeeError } from './fee.ts'

/** Which roles somebody fills; the others' parts go to the treasury. */
export interface PresentRoles {
  modelOwner: boolean
  host: boolean
  stakers: boolean
  curators: boolean
}

/** Wei of one fee by role. */
export type FeeParts = { [Role in keyof SplitBps]: bigint }

/**
 * Splits a fee by basis points, each part rounded down; the treasury gets its part, those of
 * absent roles, and what the rounding left.
 */
export function splitFee(fee: bigint, splitBps: SplitBps, present: PresentRoles): FeeParts {
  const sum = Object.values(splitBps).reduce((bps, part) => bps + part, 0)
  if (sum !== 10_000 || fee < 0n) {
    throw new FeeError(`cannot split ${fee} wei into ${sum} of 10000 basis points`, {
      code: 'fee_split',
    })
  }
  const part = (bps: number, isPresent: boolean) => (isPresent ? (fee * BigInt(bps)) / 10_000n : 0n)
  const parts = {
    contributors: part(splitBps.contributors, true),
    modelOwner: part(splitBps.modelOwner, present.modelOwner),
    host: part(splitBps.host, present.host),
    stakers: part(splitBps.stakers, present.stakers),
    curators: part(splitBps.curators, present.curators),
  }
  const given = Object.values(parts).reduce((total, wei) => total + wei, 0n)
  return { ...parts, treasury: fee - given }
}
