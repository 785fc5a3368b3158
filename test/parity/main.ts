/**
 * Holds the subgraph host against graph-node, with our own subgraph among the cases; the rest is
 * indexer/parity/main.ts, whose flags it takes.
 *
 *   GRAPH_NODE_BIN=/path/to/graph-node npm run test:parity -- --json
 */
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ownBuild } from './ownBuild.ts'

const root = join(import.meta.dirname, '..', '..')
const flags = process.argv.slice(2)
// A record is of the host's own cases: our subgraph changes too often to be held to one.
const withOwn = !flags.includes('--record') && process.env.GRAPH_NODE_BIN
const scratch = await mkdtemp(join(tmpdir(), 'parity-own-'))
let status: number | null
try {
  const script = join(import.meta.dirname, 'ownScript.ts')
  if (withOwn) await ownBuild(root, scratch, 'mainnet')
  const own = withOwn ? ['--case', `own=${scratch}`, '--script', script] : []
  const main = join(root, 'indexer', 'parity', 'main.ts')
  const run = [main, ...own, ...flags]
  ;({ status } = spawnSync(process.execPath, run, { cwd: root, stdio: 'inherit' }))
} finally {
  await rm(scratch, { recursive: true, force: true })
}
process.exit(status ?? 1)
