import { MoneyError, WEI_PER_OPEN } from './parseWei.ts'

/**
 * Reads an amount in OPEN as wei.
 *
 * @example
 * parseOpen('1.5') // 1500000000000000000n
 */
export function parseOpen(text: string): bigint {
  const match = /^(-?)(0|[1-9][0-9]*)(?:\.([0-9]{1,18}))?$/.exec(text)
  if (match === null) {
    throw new MoneyError(`"${text}" is not an amount in OPEN`, {
      code: 'money_open',
      hint: 'Write digits with at most 18 decimals after a point, such as "1.5".',
    })
  }
  const [, minus = '', whole = '0', fraction = ''] = match
  const wei = BigInt(whole) * WEI_PER_OPEN + BigInt(fraction.padEnd(18, '0'))
  return minus === '-' ? -wei : wei
}
