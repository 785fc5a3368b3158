/** Most accounts that one push pays: the first payout to a new payee takes about 63,000 gas. */
export const PUSH_LIMIT = 64

/**
 * The accounts to push, in chunks: everyone whose cumulative earnings exceed what was paid by at
 * least `minPayout`, ids ascending.
 *
 * @param cumulative wei per account under the epoch's root
 * @param paid wei per account that the contract has paid so far
 */
export function planPushes(
  cumulative: ReadonlyMap<bigint, bigint>,
  paid: ReadonlyMap<bigint, bigint>,
  minPayout: bigint,
  limit = PUSH_LIMIT,
): bigint[][] {
  const floor = minPayout > 1n ? minPayout : 1n
  const due = [...cumulative]
    .filter(([id, wei]) => wei - (paid.get(id) ?? 0n) >= floor)
    .map(([id]) => id)
    .sort((left, right) => (left < right ? -1 : 1))
  return Array.from({ length: Math.ceil(due.length / limit) }, (_, at) =>
    due.slice(at * limit, (at + 1) * limit),
  )
}
