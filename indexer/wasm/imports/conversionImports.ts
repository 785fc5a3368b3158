import { keccak } from '../../abi/keccak.ts'
import { DeterministicError } from '../../errors/hostErrors.ts'
import { base58 } from '../../values/base58.ts'
import { bytesToHex, hexToBytes } from '../../values/hex.ts'
import { readBigInt } from '../marshal/numbers.ts'
import type { Guest, Imports } from './guest.ts'

/** `typeConversion.*` and `crypto.*`. */
export function conversionImports(guest: Guest): Imports {
  const heap = guest.heap
  return {
    'typeConversion.bytesToString': (bytes: number) => {
      const text = Buffer.from(heap.readBytes(bytes)).toString('utf8')
      // Fixed-length buffers are padded with zeros.
      return heap.string(text.replace(/\0+$/, ''))
    },
    'typeConversion.bytesToHex': (bytes: number) => heap.string(bytesToHex(heap.readBytes(bytes))),
    'typeConversion.bigIntToString': (value: number) =>
      heap.string(readBigInt(heap, value).toString()),
    'typeConversion.bigIntToHex': (value: number) => {
      const integer = readBigInt(heap, value)
      return heap.string(`0x${(integer < 0n ? -integer : integer).toString(16)}`)
    },
    'typeConversion.stringToH160': (text: number) => {
      const address = heap.readString(text)
      const bytes = hexToBytes(address)
      if (bytes?.length !== 20) {
        throw new DeterministicError(`Failed to convert string to Address/H160: '${address}'`)
      }
      return heap.bytes(bytes)
    },
    'typeConversion.bytesToBase58': (bytes: number) => heap.string(base58(heap.readBytes(bytes))),
    'crypto.keccak256': (bytes: number) => heap.bytes(keccak(heap.readBytes(bytes))),
  }
}
