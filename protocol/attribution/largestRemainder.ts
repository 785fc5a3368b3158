import { TributaryError } from '../errors/tributaryError.ts'

/** Shares cannot be given out. */
export class ShareError extends TributaryError {}

/** Somebody with a claim to a part. */
export interface Weighted {
  accountId: bigint
  clusterId: bigint
  /** Not negative, any unit. */
  weight: bigint
}

/** Order of vectors: by account, then by cluster. */
export function compareIds(
  one: { accountId: bigint; clusterId: bigint },
  other: { accountId: bigint; clusterId: bigint },
): number {
  if (one.accountId !== other.accountId) return one.accountId < other.accountId ? -1 : 1
  if (one.clusterId !== other.clusterId) return one.clusterId < other.clusterId ? -1 : 1
  return 0
}

/**
 * Divides `total` into whole parts in proportion to the weights, exactly (Hamilton's method):
 * everybody gets the part rounded down, and what is left goes one by one to the largest
 * remainders; between equal remainders to the larger weight, then to the smaller ids.
 *
 * @returns the parts in the order of `items`; they sum to `total`
 */
export function largestRemainder(total: number, items: readonly Weighted[]): number[] {
  if (!Number.isSafeInteger(total) || total < 0) {
    throw new ShareError(`cannot divide ${total}`, { code: 'share_total' })
  }
  const sum = items.reduce((weight, item) => weight + item.weight, 0n)
  if (sum <= 0n || items.some(({ weight }) => weight < 0n)) {
    throw new ShareError(`cannot divide ${total} by weights that sum to ${sum}`, {
      code: 'share_weights',
      hint: 'Weights must not be negative, and one must be positive.',
    })
  }
  const claims = items.map((item, index) => {
    const scaled = BigInt(total) * item.weight
    return { item, index, part: scaled / sum, remainder: scaled % sum }
  })
  const left = BigInt(total) - claims.reduce((given, { part }) => given + part, 0n)
  const queue = [...claims].sort((one, other) => {
    if (one.remainder !== other.remainder) return one.remainder > other.remainder ? -1 : 1
    if (one.item.weight !== other.item.weight) return one.item.weight > other.item.weight ? -1 : 1
    return compareIds(one.item, other.item)
  })
  const lucky = new Set(queue.slice(0, Number(left)).map(({ index }) => index))
  return claims.map(({ part, index }) => Number(part) + (lucky.has(index) ? 1 : 0))
}
