import { keccak } from '../abi/keccak.ts'
import { hexToBytes } from '../values/hex.ts'

const BITS = 2_048
const WORDS = BITS / 32
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
  /** Bit n of the filter is bit n % 32 of word n / 32. */
  readonly #words = new Uint32Array(WORDS)

  /** @param hex as in a header. @returns null when the node gives none, or the chain keeps none. */
  static read(hex: string | null | undefined): LogsBloom | null {
    if (hex == null || hex.length !== 2 + BITS / 4 || /^0x0*$/.test(hex)) return null
    const bloom = new LogsBloom()
    const bytes = Buffer.from(hex.slice(2), 'hex')
    for (let word = 0; word < WORDS; word++) bloom.#words[word] = bytes.readUInt32BE(at(word))
    return bloom
  }

  static of(logs: readonly BloomItems[]): LogsBloom {
    const bloom = new LogsBloom()
    for (const { address, topics } of logs) {
      bloom.#add(address)
      for (const topic of topics) bloom.#add(topic)
    }
    return bloom
  }

  /** How many bits are set. */
  get size(): number {
    return this.beyond(new LogsBloom())
  }

  /** Whether it claims so much that it proves nothing, as those of chains that only fill it. */
  get isFull(): boolean {
    return this.size > (BITS * 3) / 4
  }

  /** As in a header. */
  get hex(): string {
    const bytes = Buffer.alloc(BITS / 8)
    for (let word = 0; word < WORDS; word++) bytes.writeUInt32BE(this.#words[word], at(word))
    return `0x${bytes.toString('hex')}`
  }

  /** Whether an address or a topic may be there. */
  mayHave(item: string): boolean {
    return bitsOf(item).every((bit) => (this.#words[bit >> 5] >>> (bit & 31)) & 1)
  }

  /** How many bits are set here and not there. */
  beyond(other: LogsBloom): number {
    let count = 0
    for (let word = 0; word < WORDS; word++) {
      count += bitCount(this.#words[word] & ~other.#words[word])
    }
    return count
  }

  #add(item: string): void {
    for (const bit of bitsOf(item)) this.#words[bit >> 5] |= 1 << (bit & 31)
  }
}

/** Where a word's bytes begin: the highest bits come first. */
function at(word: number): number {
  return BITS / 8 - 4 * (word + 1)
}

function bitCount(word: number): number {
  let sum = word - ((word >>> 1) & 0x55555555)
  sum = (sum & 0x33333333) + ((sum >>> 2) & 0x33333333)
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
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
