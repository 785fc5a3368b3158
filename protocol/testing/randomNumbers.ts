/** Numbers drawn from a seed: the same seed gives the same numbers on every machine. */
export interface RandomNumbers {
  /** An integer from 0 to bound − 1. */
  below(bound: number): number
  /** A bigint from 0n to bound − 1n. */
  bigint(bound: bigint): bigint
  /** That many bytes. */
  bytes(length: number): Uint8Array
  /** One element of a list. */
  pick<Item>(items: readonly Item[]): Item
}

/**
 * A small seeded generator (mulberry32) for property tests and samples; not for secrets.
 *
 * @example
 * const random = randomNumbers(7)
 * random.below(6)
 */
export function randomNumbers(seed: number): RandomNumbers {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const numbers: RandomNumbers = {
    below: (bound) => next() % bound,
    bigint: (bound) => {
      let value = 0n
      for (let limit = 1n; limit < bound << 32n; limit <<= 32n)
        value = (value << 32n) | BigInt(next())
      return value % bound
    },
    bytes: (length) => Uint8Array.from({ length }, () => next() & 0xff),
    pick: (items) => {
      const item = items[numbers.below(items.length)]
      if (item === undefined) throw new RangeError('cannot pick from an empty list')
      return item
    },
  }
  return numbers
}
