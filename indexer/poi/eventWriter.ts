import { BigDecimal } from '../values/bigDecimal.ts'
import { Int8, type StoreValue, Timestamp } from '../values/storeValue.ts'
import type { ProofEvent } from './proofEvent.ts'
import type { StableHash } from './stableHash.ts'

const EVENT = { remove: 1, set: 2, error: 3 } as const
/** Tags of values in graph-node's hash; null has none there. */
const TAG = {
  null: 0,
  string: 1,
  int: 2,
  decimal: 3,
  boolean: 4,
  list: 5,
  bytes: 6,
  bigInt: 7,
  int8: 8,
  timestamp: 9,
} as const
/** Up to here a loop over the characters is faster than a call of the encoder. */
const SHORT_TEXT = 24

/** Writes an event into the memory of a {@link StableHash}, in the form that it reads. */
export class EventWriter {
  readonly #hash: StableHash
  #bytes: Uint8Array = new Uint8Array()
  #view: DataView = new DataView(new ArrayBuffer(0))
  #at = 0

  constructor(hash: StableHash) {
    this.#hash = hash
  }

  write(event: ProofEvent): void {
    this.#at = 0
    this.#byte(EVENT[event.kind])
    if (event.kind === 'error') {
      this.#u32(event.redacted)
      return
    }
    this.#text(event.type)
    this.#text(event.id)
    if (event.kind === 'remove') return
    this.#u32(event.data.size)
    for (const [name, value] of event.data) {
      this.#text(name)
      this.#value(value)
    }
  }

  #value(value: StoreValue): void {
    if (value === null) {
      this.#byte(TAG.null)
    } else if (typeof value === 'string') {
      this.#byte(TAG.string)
      this.#text(value)
    } else if (typeof value === 'bigint') {
      this.#byte(TAG.bigInt)
      this.#integer(value)
    } else if (typeof value === 'number') {
      this.#byte(TAG.int)
      this.#integer(BigInt(value))
    } else if (typeof value === 'boolean') {
      this.#byte(TAG.boolean)
      this.#byte(value ? 1 : 0)
    } else if (value instanceof Uint8Array) {
      this.#byte(TAG.bytes)
      this.#room(4 + value.length)
      this.#view.setUint32(this.#at, value.length, true)
      this.#bytes.set(value, this.#at + 4)
      this.#at += 4 + value.length
    } else if (value instanceof BigDecimal) {
      this.#byte(TAG.decimal)
      this.#integer(BigInt(-value.exponent))
      this.#integer(value.digits)
    } else if (value instanceof Int8) {
      this.#byte(TAG.int8)
      this.#integer(value.value)
    } else if (value instanceof Timestamp) {
      this.#byte(TAG.timestamp)
      this.#integer(value.micros)
    } else {
      this.#byte(TAG.list)
      this.#u32(value.length)
      for (const element of value) this.#value(element)
    }
  }

  #text(text: string): void {
    this.#room(4 + text.length * 3)
    const start = this.#at + 4
    let length = 0
    if (text.length <= SHORT_TEXT) {
      while (length < text.length) {
        const code = text.charCodeAt(length)
        if (code > 127) break
        this.#bytes[start + length] = code
        length += 1
      }
    }
    if (length < text.length) {
      length = Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset).write(text, start, 'utf8')
    }
    this.#view.setUint32(this.#at, length, true)
    this.#at = start + length
  }

  /** Sign, length and magnitude, little endian; leading zeros do not count. */
  #integer(value: bigint): void {
    let rest = value < 0n ? -value : value
    const words = rest < 1n << 64n ? 1 : Math.ceil(rest.toString(16).length / 16)
    this.#room(5 + words * 8)
    this.#bytes[this.#at] = value < 0n ? 1 : 0
    this.#view.setUint32(this.#at + 1, words * 8, true)
    this.#at += 5
    for (let word = 0; word < words; word++) {
      this.#view.setBigUint64(this.#at, BigInt.asUintN(64, rest), true)
      rest >>= 64n
      this.#at += 8
    }
  }

  #u32(value: number): void {
    this.#room(4)
    this.#view.setUint32(this.#at, value, true)
    this.#at += 4
  }

  #byte(value: number): void {
    this.#room(1)
    this.#bytes[this.#at] = value
    this.#at += 1
  }

  #room(length: number): void {
    if (this.#at + length <= this.#bytes.length) return
    // The length is 0, too, when the memory has grown and the old buffer is gone.
    this.#bytes = this.#hash.memory(this.#at + length)
    this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset)
  }
}
