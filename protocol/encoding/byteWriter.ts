import { TributaryError } from '../errors/tributaryError.ts'

/** A value does not fit the field that it is written into. */
export class EncodingError extends TributaryError {}

/**
 * Writes big-endian unsigned integers and fixed-size hashes one after another: the packed
 * form that is hashed on chain (`abi.encodePacked`).
 *
 * @example
 * const bytes = new ByteWriter(9).u8(0).u64(7n).bytes()
 */
export class ByteWriter {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(length: number) {
    this.#bytes = new Uint8Array(length)
    this.#view = new DataView(this.#bytes.buffer)
  }

  u8(value: number): this {
    this.#check(BigInt(value), 8n)
    this.#view.setUint8(this.#at, value)
    this.#at += 1
    return this
  }

  u32(value: number): this {
    this.#check(BigInt(value), 32n)
    this.#view.setUint32(this.#at, value)
    this.#at += 4
    return this
  }

  u64(value: bigint): this {
    this.#check(value, 64n)
    this.#view.setBigUint64(this.#at, value)
    this.#at += 8
    return this
  }

  u128(value: bigint): this {
    this.#check(value, 128n)
    this.#view.setBigUint64(this.#at, value >> 64n)
    this.#view.setBigUint64(this.#at + 8, value & 0xffff_ffff_ffff_ffffn)
    this.#at += 16
    return this
  }

  /** Writes bytes as they are. */
  raw(bytes: Uint8Array): this {
    this.#bytes.set(bytes, this.#at)
    this.#at += bytes.length
    return this
  }

  /** The written bytes; the writer must be full. */
  bytes(): Uint8Array {
    if (this.#at !== this.#bytes.length) {
      throw new EncodingError(`wrote ${this.#at} of ${this.#bytes.length} bytes`, {
        code: 'encoding_incomplete',
      })
    }
    return this.#bytes
  }

  #check(value: bigint, bits: bigint): void {
    if (value < 0n || value >> bits !== 0n) {
      throw new EncodingError(`${value} does not fit an unsigned ${bits}-bit integer`, {
        code: 'encoding_range',
        hint: 'Check the unit and the sign of the value.',
      })
    }
  }
}
