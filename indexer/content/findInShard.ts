import type { Cid } from './cid.ts'
import { murmur3 } from './murmur3.ts'
import type { UnixFsNode } from './unixfs.ts'

const HASH_BITS = 64

/** Where to look next for a name in a sharded folder. */
export interface ShardStep {
  readonly cid: Cid
  /** Whether the name is there itself, or has to be looked for in a further shard. */
  readonly found: boolean
}

/**
 * Finds the way to a name in one shard of a folder. Bits of the name's hash, the highest first, say
 * in which slot it is; a link is called by its slot, and by the name where that is alone there.
 *
 * @param usedBits of the hash, by the shards above.
 * @returns null when the folder has no such name.
 */
export function findInShard(
  { fanout, links }: UnixFsNode,
  name: string,
  usedBits: number,
): ShardStep | null {
  const rest = HASH_BITS - usedBits - Math.log2(fanout)
  if (rest < 0) return null
  const slot = Number((murmur3(Buffer.from(name, 'utf8')) >> BigInt(rest)) & BigInt(fanout - 1))
  const digits = (fanout - 1).toString(16).length
  const prefix = slot.toString(16).toUpperCase().padStart(digits, '0')
  for (const link of links) {
    if (link.name === prefix) return { cid: link.cid, found: false }
    if (link.name === prefix + name) return { cid: link.cid, found: true }
  }
  return null
}
