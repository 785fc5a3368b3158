import { TributaryError } from '../errors/tributaryError.ts'

/** A text is not an amount of money. */
export class MoneyError extends TributaryError {}

/** Wei in one OPEN. */
export const WEI_PER_OPEN = 10n ** 18n

/** Reads a whole number of wei, as it stands in JSON: decimal digits, an optional minus. */
export function parseWei(text: string): bigint {
  if (!/^-?(0|[1-9][0-9]*)$/.test(text) || text === '-0') {
    throw new MoneyError(`"${text}" is not an amount in wei`, {
      code: 'money_wei',
      hint: 'Write a whole decimal number, such as "1500000000000000000".',
    })
  }
  return BigInt(text)
}
