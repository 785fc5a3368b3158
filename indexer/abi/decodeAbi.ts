import { type AbiType, headSize, isDynamic } from './abiType.ts'
import type { AbiValue } from './abiValue.ts'

/** Data that is no encoding of the expected types. */
export class AbiDecodeError extends Error {
  override readonly name = 'AbiDecodeError'
}

/**
 * Decodes a sequence of values as the Solidity ABI encodes arguments.
 *
 * @throws AbiDecodeError when the data is too short or points outside of itself.
 */
export function decodeAbi(types: readonly AbiType[], data: Uint8Array): AbiValue[] {
  return decodeSequence(types, new Reader(data), 0)
}

/** Decodes the 32 bytes of a topic of an indexed parameter that is no dynamic one. */
export function decodeTopic(type: AbiType, topic: Uint8Array): AbiValue {
  return decode(type, new Reader(topic), 0, 0)
}

/** How deep arrays and tuples may stand in each other. */
const MAX_DEPTH = 64

class Reader {
  readonly data: Uint8Array
  readonly #view: DataView
  /** Elements decoded so far; a few words must not describe millions of empty elements. */
  elements = 0

  constructor(data: Uint8Array) {
    this.data = data
    this.#view = new DataView(data.buffer, data.byteOffset, data.length)
  }

  /** A copy of some bytes. */
  bytes(offset: number, length: number): Uint8Array {
    this.#require(offset, length)
    return this.data.slice(offset, offset + length)
  }

  /** A copy of a part of a word. */
  wordPart(offset: number, from: number, to: number): Uint8Array {
    this.#require(offset, 32)
    return this.data.slice(offset + from, offset + to)
  }

  word(offset: number): bigint {
    this.#require(offset, 32)
    const view = this.#view
    let high = 0
    for (let at = 0; at < 24; at += 4) high |= view.getUint32(offset + at)
    // Most numbers are small, and putting together large ones is slow.
    const low = view.getBigUint64(offset + 24)
    if (high === 0) return low
    return (
      (view.getBigUint64(offset) << 192n) |
      (view.getBigUint64(offset + 8) << 128n) |
      (view.getBigUint64(offset + 16) << 64n) |
      low
    )
  }

  /** A word that counts or points within the data. */
  size(offset: number): number {
    const value = this.word(offset)
    if (value > BigInt(this.data.length)) {
      throw new AbiDecodeError(`${value} at ${offset} is more than the data's length`)
    }
    return Number(value)
  }

  #require(offset: number, length: number): void {
    if (offset + length <= this.data.length) return
    throw new AbiDecodeError(
      `${length} bytes expected at ${offset}, but the data ends at ${this.data.length}`,
    )
  }
}

function decodeSequence(
  types: readonly AbiType[],
  reader: Reader,
  base: number,
  depth = 0,
): AbiValue[] {
  let head = base
  return types.map((type) => {
    const at = isDynamic(type) ? base + reader.size(head) : head
    head += headSize(type)
    return decode(type, reader, at, depth)
  })
}

function decode(type: AbiType, reader: Reader, at: number, depth: number): AbiValue {
  if (depth > MAX_DEPTH) throw new AbiDecodeError('the types are nested too deeply')
  switch (type.kind) {
    case 'address':
      return { kind: 'address', value: reader.wordPart(at, 12, 32) }
    case 'function':
      return { kind: 'function', value: reader.wordPart(at, 0, 24) }
    case 'fixedBytes':
      return { kind: 'fixedBytes', value: reader.wordPart(at, 0, type.size) }
    case 'bool':
      return { kind: 'bool', value: reader.word(at) !== 0n }
    case 'uint':
      return { kind: 'uint', value: BigInt.asUintN(type.bits, reader.word(at)) }
    case 'int':
      return { kind: 'int', value: BigInt.asIntN(type.bits, reader.word(at)) }
    case 'bytes':
      return { kind: 'bytes', value: reader.bytes(at + 32, reader.size(at)) }
    case 'string':
      return {
        kind: 'string',
        value: Buffer.from(reader.bytes(at + 32, reader.size(at))).toString('utf8'),
      }
    case 'tuple':
      return { kind: 'tuple', value: decodeSequence(type.components, reader, at, depth + 1) }
    case 'array': {
      const length = type.length ?? reader.size(at)
      reader.elements += length
      if (reader.elements > 1_000_000) throw new AbiDecodeError('more than a million elements')
      const types = new Array<AbiType>(length).fill(type.element)
      const start = type.length === null ? at + 32 : at
      return {
        kind: type.length === null ? 'array' : 'fixedArray',
        value: decodeSequence(types, reader, start, depth + 1),
      }
    }
  }
}
