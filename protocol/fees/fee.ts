import { TributaryError } from '../errors/tributaryError.ts'

/** A fee cannot be computed or split. */
export class FeeError extends TributaryError {}

/**
 * Wei for one answer: ⌈(T_in·R_in + T_out·R_out)/1000⌉.
 *
 * @param tokensIn prompt tokens
 * @param tokensOut answer tokens
 * @param rateIn wei per 1000 prompt tokens
 * @param rateOut wei per 1000 answer tokens
 */
export function fee(tokensIn: number, tokensOut: number, rateIn: bigint, rateOut: bigint): bigint {
  const counts = [tokensIn, tokensOut]
  if (
    counts.some((count) => !Number.isSafeInteger(count) || count < 0) ||
    rateIn < 0n ||
    rateOut < 0n
  ) {
    throw new FeeError(
      `no fee for ${tokensIn} tokens at ${rateIn} and ${tokensOut} at ${rateOut} wei per 1000`,
      { code: 'fee_input', hint: 'Counts and rates must be whole and not negative.' },
    )
  }
  return (BigInt(tokensIn) * rateIn + BigInt(tokensOut) * rateOut + 999n) / 1000n
}
