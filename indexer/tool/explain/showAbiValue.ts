import type { AbiValue } from '../../abi/abiValue.ts'
import { bytesToHex } from '../../values/hex.ts'

/** A Solidity value in one line. */
export function showAbiValue(value: AbiValue): string {
  switch (value.kind) {
    case 'address':
    case 'fixedBytes':
    case 'bytes':
    case 'function':
      return bytesToHex(value.value)
    case 'string':
      return JSON.stringify(value.value)
    case 'array':
    case 'fixedArray':
    case 'tuple':
      return `[${value.value.map(showAbiValue).join(', ')}]`
    default:
      return String(value.value)
  }
}
