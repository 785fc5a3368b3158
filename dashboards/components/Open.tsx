import { formatOpen } from '@tributary/protocol/money/formatOpen'

const DIGITS = 6

/** An amount in OPEN: shortened for reading, exact in its title. */
export function Open({ wei }: { wei: string | bigint }) {
  const exact = formatOpen(BigInt(wei))
  const [whole, fraction = ''] = exact.split('.')
  const short = fraction.slice(0, DIGITS).replace(/0+$/, '')
  const isSmall = whole === '0' && short === '' && BigInt(wei) !== 0n
  return (
    <span className="number" title={`${exact} OPEN, ${BigInt(wei)} wei`}>
      {isSmall ? `< 0.${'0'.repeat(DIGITS - 1)}1` : short ? `${whole}.${short}` : whole} OPEN
    </span>
  )
}
