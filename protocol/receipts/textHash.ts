import { type BytesLike, getBytes, keccak256, sha256, toUtf8Bytes } from 'ethers'
import { ByteWriter, EncodingError } from '../encoding/byteWriter.ts'
import { canonicalJson } from '../encoding/canonicalJson.ts'

/**
 * How a receipt binds a text without telling it: `keccak256(salt ‖ sha256(text))`.
 *
 * @param salt 32 random bytes; they stand in the payer's copy only
 */
export function textHash(salt: BytesLike, text: string): string {
  const saltBytes = getBytes(salt)
  if (saltBytes.length !== 32) {
    throw new EncodingError(`a salt has 32 bytes, not ${saltBytes.length}`, { code: 'text_salt' })
  }
  const digest = getBytes(sha256(toUtf8Bytes(text)))
  return keccak256(new ByteWriter(64).raw(saltBytes).raw(digest).bytes())
}

/** One message of a conversation. */
export interface Message {
  role: string
  content: string
}

/** The text that a prompt's hash is over: RFC 8785 JSON of `[{role, content}, …]`. */
export function promptText(messages: readonly Message[]): string {
  return canonicalJson(messages.map(({ role, content }) => ({ role, content })))
}
