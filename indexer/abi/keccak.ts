import { keccak256 } from 'ethers'
import { hexToBytes } from '../values/hex.ts'

/** Keccak-256, the hash of Ethereum. */
export function keccak(bytes: Uint8Array): Uint8Array {
  return hexToBytes(keccak256(bytes)) as Uint8Array
}

/** Keccak-256 of a text's UTF-8 bytes, such as a signature's. */
export function keccakText(text: string): Uint8Array {
  return keccak(Buffer.from(text, 'utf8'))
}
