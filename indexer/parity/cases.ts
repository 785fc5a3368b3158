import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dump, load } from 'js-yaml'
import type { Graft } from '../manifest/manifest.ts'
import { readBuild } from '../manifest/readBuild.ts'

/** A compiled subgraph that both hosts run. */
export interface ParityCase {
  readonly name: string
  /** What `graph build` wrote. */
  readonly build: string
  /** Whether it is deployed to the finished chain, instead of following it. */
  readonly late?: boolean
  /** Name of the case that it is grafted onto; it is deployed once that one is indexed. */
  readonly base?: string
}

/** Cases in a folder that {@link close} removes, since some differ from their build in the manifest. */
export interface ParityCases {
  readonly list: readonly ParityCase[]
  close(): Promise<void>
}

const FOLDER = join(import.meta.dirname, '..', 'testdata', 'parity')
/** How many ways of failing `testdata/parity/failing` has. */
const MODES = 31
/** Builds that are no case as they are. */
const NOT_CASES = ['contracts', 'failing', 'graft-factory']

/** Cases that are also grafted onto as they are, and at which block. */
const GRAFTED: Readonly<Record<string, number>> = {
  scalars: 165,
  // With events in the next block, too, and in the same hour: see README.md.
  aggregations: 165,
  // Not healthy, so that the end of the chain need not be far away.
  nonfatal: 350,
}

interface ManifestYaml {
  features?: string[]
  graft?: Graft
}

/** The cases of each rule family; the failing one once for each way of failing, and the grafts. */
export async function openCases(): Promise<ParityCases> {
  const folders = await readdir(FOLDER, { withFileTypes: true })
  const names = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  const list: ParityCase[] = names
    .filter((name) => !NOT_CASES.includes(name))
    .map((name) => ({ name, build: join(FOLDER, name, 'build') }))
  const scratch = await mkdtemp(join(tmpdir(), 'parity-cases-'))
  /** Copies a build. @returns its folder. */
  const variant = async (of: string, name: string, change: (text: string) => string) => {
    const build = join(scratch, name)
    await cp(join(FOLDER, of, 'build'), build, { recursive: true })
    const manifest = join(build, 'subgraph.yaml')
    await writeFile(manifest, change(await readFile(manifest, 'utf8')))
    return build
  }
  for (let mode = 0; mode < MODES; mode++) {
    const name = `failing-${String(mode).padStart(2, '0')}`
    const build = await variant('failing', name, (text) => text.replace('data: 0', `data: ${mode}`))
    list.push({ name, build, late: true })
  }
  const addGraft = async (name: string, of: string, base: string, block: number) => {
    const { id } = await readBuild(join(FOLDER, base, 'build'))
    const build = await variant(of, name, (text) => {
      const yaml = load(text) as ManifestYaml
      yaml.features = [...new Set([...(yaml.features ?? []), 'grafting'])]
      yaml.graft = { base: id, block }
      return dump(yaml)
    })
    list.push({ name, build, base })
  }
  for (const [base, block] of Object.entries(GRAFTED)) {
    await addGraft(`graft-${base}`, base, base, block)
  }
  await addGraft('graft-factory', 'graft-factory', 'factory', 165)
  return { list, close: () => rm(scratch, { recursive: true, force: true }) }
}

/** The cases of some names, and those that they are grafted onto. */
export function withBases(
  cases: readonly ParityCase[],
  isAsked: (name: string) => boolean,
  bases: readonly string[] = [],
): ParityCase[] {
  const asked = cases.filter(({ name }) => isAsked(name))
  const needed = new Set([...bases, ...asked.flatMap(({ base }) => base ?? [])])
  return cases.filter((each) => asked.includes(each) || needed.has(each.name))
}
