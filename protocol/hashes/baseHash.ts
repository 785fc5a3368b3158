import { sha256 } from 'ethers'
import { canonicalBytes } from '../encoding/canonicalJson.ts'
import { bareHash } from './bareHash.ts'

/** The three files that make a base model, by SHA-256. */
export interface BaseParts {
  /** safetensors. */
  weights: string
  /** tokenizer.json. */
  tokenizer: string
  /** Chat template, UTF-8. */
  template: string
}

/**
 * Identity of a base model: SHA-256 of the RFC 8785 JSON of its parts, each as 64 bare hex
 * digits. The descriptor lies in the content store under the hash.
 */
export function baseHash(parts: BaseParts): { descriptor: Uint8Array; hash: string } {
  const descriptor = canonicalBytes({
    weights: bareHash(parts.weights),
    tokenizer: bareHash(parts.tokenizer),
    template: bareHash(parts.template),
  })
  return { descriptor, hash: sha256(descriptor) }
}
