/**
 * Holds the subgraph host against graph-node, with our own subgraph among the cases; the rest is
 * indexer/parity/main.ts, whose flags it takes.
 *
 *   GRAPH_NODE_BIN=/path/to/graph-node npm run test:parity -- --json
 */
import { spawnSync } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepareSubgraph } from '@tributary/stack/prepare/prepareSubgraph'
import { dump, load } from 'js-yaml'
import type { INDEXED_CONTRACTS } from '../subgraph/eventAbis.ts'
import { ownAddress } from './ownScript.ts'

const root = join(import.meta.dirname, '..', '..')
const flags = process.argv.slice(2)
// A record is of the host's own cases: our subgraph changes too often to be held to one.
const withOwn = !flags.includes('--record') && process.env.GRAPH_NODE_BIN
const scratch = await mkdtemp(join(tmpdir(), 'parity-own-'))
let status: number | null
try {
  const script = join(import.meta.dirname, 'ownScript.ts')
  const own = withOwn ? ['--case', `own=${await ownBuild(scratch)}`, '--script', script] : []
  const main = join(root, 'indexer', 'parity', 'main.ts')
  const run = [main, ...own, ...flags]
  ;({ status } = spawnSync(process.execPath, run, { cwd: root, stdio: 'inherit' }))
} finally {
  await rm(scratch, { recursive: true, force: true })
}
process.exit(status ?? 1)

interface Source {
  name: (typeof INDEXED_CONTRACTS)[number]
  network: string
  source: { address: string; startBlock: number }
}

/** The subgraph's build with the addresses of the comparison's chain. */
async function ownBuild(folder: string): Promise<string> {
  await prepareSubgraph(root, (line) => console.error(line))
  await cp(join(root, 'subgraph', 'build'), folder, { recursive: true })
  const file = join(folder, 'subgraph.yaml')
  const manifest = load(await readFile(file, 'utf8')) as { dataSources: Source[] }
  for (const source of manifest.dataSources) {
    source.network = 'mainnet'
    source.source.address = ownAddress(source.name)
    source.source.startBlock = 1
  }
  await writeFile(file, dump(manifest))
  return folder
}
