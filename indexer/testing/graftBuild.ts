import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dump, load } from 'js-yaml'
import type { Graft } from '../manifest/manifest.ts'
import type { Networks } from '../manifest/networks.ts'
import { readBuild } from '../manifest/readBuild.ts'
import type { SubgraphBuild } from '../manifest/subgraphBuild.ts'

/** A manifest as YAML reads it; only what tests change of it. */
interface ManifestYaml {
  graft?: Graft
  features?: string[]
  specVersion: string
  schema: { file: string }
  dataSources: Record<string, unknown>[]
  templates: Record<string, unknown>[]
}

/** Where a graft differs from the build that it is made of. */
export interface GraftChanges {
  readonly manifest?: (yaml: ManifestYaml) => void
  readonly schema?: (sdl: string) => string
}

/**
 * Writes a build that is grafted onto another deployment.
 *
 * @param folder for the new build; it is made.
 * @param of the build that it differs from.
 */
export async function graftBuild(
  folder: string,
  of: string,
  graft: Graft,
  changes: GraftChanges = {},
  networks: Networks = {},
): Promise<SubgraphBuild> {
  await cp(of, folder, { recursive: true })
  const file = join(folder, 'subgraph.yaml')
  const yaml = load(await readFile(file, 'utf8')) as ManifestYaml
  yaml.features = [...(yaml.features ?? []), 'grafting']
  yaml.graft = graft
  changes.manifest?.(yaml)
  await writeFile(file, dump(yaml))
  if (changes.schema) {
    const schema = join(folder, yaml.schema.file)
    await writeFile(schema, changes.schema(await readFile(schema, 'utf8')))
  }
  return readBuild(folder, networks)
}
