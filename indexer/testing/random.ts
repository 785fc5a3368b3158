/** Numbers that one seed gives again and again (mulberry32). */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** At least 0, less than 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1)
  }

  /** A whole number below `bound`. */
  below(bound: number): number {
    return Math.floor(this.next() * bound)
  }

  chance(share: number): boolean {
    return this.next() < share
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]
  }

  /** Up to `count` of the items, in their order. */
  some<Item>(items: readonly Item[], count: number): Item[] {
    const left = [...items.keys()]
    const taken: number[] = []
    while (taken.length < count && left.length > 0) {
      taken.push(...left.splice(this.below(left.length), 1))
    }
    return taken.sort((a, b) => a - b).map((index) => items[index])
  }

  /** As many random bytes, as `0x…`. */
  hex(bytes: number): string {
    let text = '0x'
    for (let byte = 0; byte < bytes; byte++) {
      text += this.between(0, 255).toString(16).padStart(2, '0')
    }
    return text
  }
}
