import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dump, load } from 'js-yaml'

type Networks = Record<string, Record<string, { address: string; startBlock: number }>>

/** Copies the subgraph's build to a folder, with the addresses of a deployment in its manifest. */
export async function boundBuild(root: string, networksFile: string, folder: string) {
  await cp(join(root, 'subgraph', 'build'), folder, { recursive: true })
  const networks = JSON.parse(await readFile(networksFile, 'utf8')) as Networks
  const file = join(folder, 'subgraph.yaml')
  const manifest = load(await readFile(file, 'utf8')) as {
    dataSources: {
      name: string
      network: string
      source: { address: string; startBlock: number }
    }[]
  }
  for (const { name, network, source } of manifest.dataSources) {
    Object.assign(source, networks[network]?.[name])
  }
  await writeFile(file, dump(manifest))
}
