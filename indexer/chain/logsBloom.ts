import { keccak } from '../abi/keccak.ts'
import { hexToBytes } from '../values/hex.ts'

const BITS = 2_048
/** Items whose bits are remembered; contracts, topics and accounts come again and again. */
const REMEMBERED = 100_000

const known = new Map<string, readonly [number, number, number]>()

/** What a bloom filter speaks of: a log's address and topics. */
export interface BloomItems {
  readonly address: string
  readonly topics: readonly string[]
}

/**
 * The filter in a block's header over the addresses and topics of all its logs, 2,048 bits (Yellow
 * Paper, 4.4.1): it may claim what is not there, but never leaves out what is.
 */
export class LogsBloom {
  readonly #bits = new Uint8Array(BITS)
  #set = 0

  /** @param hex as in a header. @returns null when the node gives none, or the chain keeps none. */
  static read(hex: string | null | undefined): LogsBloom | null {
    if (hex == null || hex.length !== 2 + BITS / 4 || /^0x0*$/.test(hex)) return null
    const bloom = new LogsBloom()
    const bytes = Buffer.from(hex.slice(2), 'hex')
    for (let bit = 0; bit < BITS; bit++) {
      if (bytes[BITS / 8 - 1 - (bit >> 3)] & (1 << (bit & 7))) bloom.#add(bit)
    }
    return bloom
  }

  static of(logs: readonly BloomItems[]): LogsBloom {
    const bloom = new LogsBloom()
    for (const { address, topics } of logs) {
      for (const bit of bitsOf(address)) bloom.#add(bit)
      for (const topic of topics) for (const bit of bitsOf(topic)) bloom.#add(bit)
    }
    return bloom
  }

  /** How many bits are set. */
  get size(): number {
    return this.#set
  }

  /** Whether it claims so much that it proves nothing, as those of chains that only fill it. */
  get isFull(): boolean {
    return this.#set > (BITS * 3) / 4
  }

  /** As in a header. */
  get hex(): string {
    const bytes = Buffer.alloc(BITS / 8)
    for (let bit = 0; bit < BITS; bit++) {
      if (this.#bits[bit] === 1) bytes[BITS / 8 - 1 - (bit >> 3)] |= 1 << (bit & 7)
    }
    return `0x${bytes.toString('hex')}`
  }

  /** Whether an address or a topic may be there. */
  mayHave(item: string): boolean {
    const [first, second, third] = bitsOf(item)
    return this.#bits[first] + this.#bits[second] + this.#bits[third] === 3
  }

  /** How many bits are set here and not there. */
  beyond(other: LogsBloom): number {
    let count = 0
    for (let bit = 0; bit < BITS; bit++) count += this.#bits[bit] & ~other.#bits[bit]
    return count
  }

  #add(bit: number): void {
    this.#set += 1 - this.#bits[bit]
    this.#bits[bit] = 1
  }
}

function bitsOf(item: string): readonly [number, number, number] {
  let bits = known.get(item)
  if (bits === undefined) {
    const hash = keccak(hexToBytes(item) ?? new Uint8Array())
    const bit = (at: number) => ((hash[at] << 8) | hash[at + 1]) & (BITS - 1)
    bits = [bit(0), bit(2), bit(4)]
    if (known.size >= REMEMBERED) known.clear()
    known.set(item, bits)
  }
  return bits
}
