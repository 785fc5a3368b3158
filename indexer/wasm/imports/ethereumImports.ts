import { parseAbiType } from '../../abi/abiType.ts'
import { decodeAbi } from '../../abi/decodeAbi.ts'
import { encodeAbi } from '../../abi/encodeAbi.ts'
import { readAbiValue, writeAbiValue, writeAbiValues } from '../marshal/abiValue.ts'
import { writeBigInt } from '../marshal/numbers.ts'
import { notNull } from '../memory/heap.ts'
import { TypeId } from '../memory/typeId.ts'
import type { Guest, Imports } from './guest.ts'

/** `ethereum.*`. */
export function ethereumImports(guest: Guest): Imports {
  const heap = guest.heap
  return {
    'ethereum.call': (pointer: number) => {
      notNull(pointer)
      const field = (index: number) => heap.readU32(pointer + index * 4)
      const result = guest.context.callContract({
        contract: heap.readString(field(0)),
        address: heap.readBytes(field(1)),
        functionName: heap.readString(field(2)),
        signature: heap.readString(field(3)),
        parameters: heap.readArray(field(4)).map((value) => readAbiValue(heap, value)),
      })
      return result === null ? 0 : writeAbiValues(heap, result)
    },
    'ethereum.encode': (pointer: number) => {
      const value = readAbiValue(heap, pointer)
      try {
        return heap.bytes(encodeAbi([value]))
      } catch {
        return 0
      }
    },
    'ethereum.decode': (types: number, data: number) => {
      try {
        const type = parseAbiType(heap.readString(types))
        return writeAbiValue(heap, decodeAbi([type], heap.readBytes(data))[0])
      } catch {
        return 0
      }
    },
    'ethereum.getBalance': (address: number) =>
      writeBigInt(heap, guest.context.balanceOf(heap.readBytes(address))),
    'ethereum.hasCode': (address: number) =>
      heap.flag(TypeId.WrappedBool, guest.context.hasCode(heap.readBytes(address))),
  }
}
