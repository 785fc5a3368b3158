import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { prepareSubgraph } from '@tributary/stack/prepare/prepareSubgraph'
import { dump, load } from 'js-yaml'
import type { INDEXED_CONTRACTS } from '../subgraph/eventAbis.ts'
import { ownAddress } from './ownScript.ts'

interface Source {
  name: (typeof INDEXED_CONTRACTS)[number]
  network: string
  source: { address: string; startBlock: number }
}

/**
 * Puts our own subgraph's build into a folder, with the addresses of a chain on which our script
 * emits its contracts' events.
 */
export async function ownBuild(root: string, folder: string, network: string): Promise<void> {
  await prepareSubgraph(root, (line) => console.error(line))
  await cp(join(root, 'subgraph', 'build'), folder, { recursive: true })
  const file = join(folder, 'subgraph.yaml')
  const manifest = load(await readFile(file, 'utf8')) as { dataSources: Source[] }
  for (const source of manifest.dataSources) {
    source.network = network
    source.source.address = ownAddress(source.name)
    source.source.startBlock = 1
  }
  await writeFile(file, dump(manifest))
}
