import type { Segment } from './segment.ts'

/**
 * Index of a symbol in the segment's bucket table, or -1 where it does not occur.
 *
 * @param symbol token id + 1
 */
export function symbolBucket(segment: Segment, symbol: number): number {
  const { symbols } = segment
  let low = 0
  let high = symbols.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (symbols[middle] < symbol) low = middle + 1
    else high = middle
  }
  return symbols[low] === symbol ? low : -1
}
