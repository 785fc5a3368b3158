import { sha256 } from 'ethers'
import { canonicalBytes } from '../encoding/canonicalJson.ts'
import { bareHash } from './bareHash.ts'

/** The shape of a LoRA adapter. */
export interface AdapterConfig {
  /** Rank. */
  r: number
  alpha: number
  /** Names of the adapted projections, e.g. `q_proj`. */
  targets: string[]
  /** Indices of the adapted layers. */
  layers: number[]
  dropout: number
}

/** What makes an adapter; hashes by SHA-256. */
export interface AdapterParts {
  /** baseHash of the base model. */
  base: string
  config: AdapterConfig
  /** safetensors with sorted keys and no metadata. */
  weights: string
}

/**
 * Identity of an adapter: SHA-256 of its RFC 8785 JSON, hashes as 64 bare hex digits. The
 * descriptor lies in the content store under the hash.
 */
export function adapterHash(parts: AdapterParts): { descriptor: Uint8Array; hash: string } {
  const { r, alpha, targets, layers, dropout } = parts.config
  const descriptor = canonicalBytes({
    base: bareHash(parts.base),
    config: { r, alpha, targets, layers, dropout },
    weights: bareHash(parts.weights),
  })
  return { descriptor, hash: sha256(descriptor) }
}
