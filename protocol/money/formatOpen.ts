import { WEI_PER_OPEN } from './parseWei.ts'

/**
 * Writes wei as OPEN, exactly: up to 18 decimals, no trailing zeros, no grouping.
 *
 * @example
 * formatOpen(1500000000000000000n) // '1.5'
 */
export function formatOpen(wei: bigint): string {
  const amount = wei < 0n ? -wei : wei
  const fraction = (amount % WEI_PER_OPEN).toString().padStart(18, '0').replace(/0+$/, '')
  const text = (amount / WEI_PER_OPEN).toString() + (fraction === '' ? '' : `.${fraction}`)
  return wei < 0n ? `-${text}` : text
}
