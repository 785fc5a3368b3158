import { keccak } from '../abi/keccak.ts'
import type { BlockPointer } from '../chain/chainTypes.ts'
import { hexToBytes } from '../values/hex.ts'
import { StableHash } from './stableHash.ts'

const hash = new StableHash()
const text = new TextEncoder()

/** The causality region of everything that comes from a chain. */
export function causalityRegion(network: string): string {
  return `ethereum/${network}`
}

/**
 * The proof of indexing of a deployment at a block: equal for all indexers whose handlers wrote
 * the same.
 *
 * @param deployment content id of the manifest.
 * @param indexer 20 bytes of the address that vouches for it; null for none.
 * @param digests the state of each causality region, by its name.
 * @returns 32 bytes.
 */
export function proofOfIndexing(
  deployment: string,
  block: Pick<BlockPointer, 'number' | 'hash'>,
  indexer: Uint8Array | null,
  digests: ReadonlyMap<string, Uint8Array>,
): Uint8Array {
  const regions = [...digests].map(([name, digest]) =>
    hash
      .resume(digest)
      .at(1, 0)
      .integer(block.number + 1)
      .at(0)
      .bytes(text.encode(name))
      .state(),
  )
  hash
    .reset()
    .at(1, 0)
    .bytes(text.encode(deployment))
    .at(2)
    .bytes(hexToBytes(block.hash) as Uint8Array)
  if (indexer !== null) hash.at(3, 0).bytes(indexer).at(3).present()
  for (const region of regions) hash.at(0).bytes(region)
  return keccak(hash.finish())
}
