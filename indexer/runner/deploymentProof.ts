import type { BlockPointer } from '../chain/chainTypes.ts'
import type { SubgraphBuild } from '../manifest/subgraphBuild.ts'
import { hasProof } from '../poi/hasProof.ts'
import { proofOfIndexing } from '../poi/proofOfIndexing.ts'
import type { DeploymentStore } from '../store/deploymentStore.ts'
import { bytesToHex, hexToBytes } from '../values/hex.ts'

/**
 * A deployment's proof of indexing at a block. Past the block at which it failed, that block's
 * proof goes on standing.
 *
 * @returns `0x…`, or null where there is none.
 */
export async function deploymentProof(
  { id, manifest }: SubgraphBuild,
  store: DeploymentStore,
  block: BlockPointer,
  indexer: string | null,
): Promise<string | null> {
  if (!hasProof(manifest)) return null
  const head = await store.chain.head()
  if (head === null) return null
  let at = block
  if (head.number < block.number) {
    const fatal = (await store.errors.all()).find((error) => error.fatal)
    if (!fatal) return null
    at = fatal.block ?? block
  }
  const digests = await store.proofDigests(at.number)
  const address = indexer === null ? null : hexToBytes(indexer)
  return bytesToHex(proofOfIndexing(id, at, address, digests))
}
