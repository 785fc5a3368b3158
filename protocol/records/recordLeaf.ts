import { type BytesLike, getBytes, keccak256 } from 'ethers'
import { ByteWriter, EncodingError } from '../encoding/byteWriter.ts'

/**
 * On-chain leaf of a record: `keccak256(0x00 ‖ keccak256(salt ‖ recordId) ‖ u32 byteLength)`.
 * Without the salt the leaf says nothing about the record.
 *
 * @param salt 32 random bytes, kept beside the body and dropped at erasure
 */
export function recordLeaf(salt: BytesLike, recordId: string, byteLength: number): string {
  const saltBytes = getBytes(salt)
  if (saltBytes.length !== 32) {
    throw new EncodingError(`a salt has 32 bytes, not ${saltBytes.length}`, { code: 'record_salt' })
  }
  const commitment = keccak256(new ByteWriter(64).raw(saltBytes).raw(getBytes(recordId)).bytes())
  return keccak256(new ByteWriter(37).u8(0).raw(getBytes(commitment)).u32(byteLength).bytes())
}
