import type { Manifest } from '../manifest/manifest.ts'
import { compareVersions } from '../manifest/version.ts'

/** The first specVersion whose proofs are made with the fast hash. */
const FIRST_VERSION = '0.0.6'

/** Whether this host makes proofs of indexing for a subgraph. */
export function hasProof(manifest: Pick<Manifest, 'specVersion'>): boolean {
  return compareVersions(manifest.specVersion, FIRST_VERSION) >= 0
}
