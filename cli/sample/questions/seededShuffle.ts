import { createHash } from 'node:crypto'

/** A copy of a list in an order that follows from the seed alone. */
export function seededShuffle<T>(items: readonly T[], seed: number): T[] {
  return items
    .map((item, at) => ({
      item,
      rank: createHash('sha256').update(`${seed}:${at}`).digest('hex'),
    }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ item }) => item)
}
