/**
 * Measures the subgraph host, with our own protocol's events on the chain and our own subgraph
 * among what is indexed; the rest is indexer/bench/main.ts, whose flags it takes.
 *
 *   GRAPH_NODE_BIN=/path/to/graph-node npm run bench:indexer -- --json
 */
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ownBuild } from '../parity/ownBuild.ts'

const root = join(import.meta.dirname, '..', '..')
const scratch = await mkdtemp(join(tmpdir(), 'bench-own-'))
let status: number | null
try {
  await ownBuild(root, scratch, 'bench')
  const main = join(root, 'indexer', 'bench', 'main.ts')
  const traffic = join(import.meta.dirname, 'ownTraffic.ts')
  const run = [main, '--own', scratch, '--traffic', traffic, ...process.argv.slice(2)]
  ;({ status } = spawnSync(process.execPath, run, { stdio: 'inherit' }))
} finally {
  await rm(scratch, { recursive: true, force: true })
}
process.exit(status ?? 1)
