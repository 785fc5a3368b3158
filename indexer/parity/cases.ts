import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A compiled subgraph that both hosts run. */
export interface ParityCase {
  readonly name: string
  /** What `graph build` wrote. */
  readonly build: string
  /** Whether it is deployed to the finished chain, instead of following it. */
  readonly late?: boolean
}

/** Cases in a folder that {@link close} removes, since some differ from their build by a context. */
export interface ParityCases {
  readonly list: readonly ParityCase[]
  close(): Promise<void>
}

const FOLDER = join(import.meta.dirname, '..', 'testdata', 'parity')
/** How many ways of failing `testdata/parity/failing` has. */
const MODES = 31

/** The cases of each rule family; the failing one once for each way of failing. */
export async function openCases(): Promise<ParityCases> {
  const folders = await readdir(FOLDER, { withFileTypes: true })
  const names = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  const list: ParityCase[] = names
    .filter((name) => name !== 'contracts' && name !== 'failing')
    .map((name) => ({ name, build: join(FOLDER, name, 'build') }))
  const scratch = await mkdtemp(join(tmpdir(), 'parity-cases-'))
  const failing = join(FOLDER, 'failing', 'build')
  const manifest = await readFile(join(failing, 'subgraph.yaml'), 'utf8')
  for (let mode = 0; mode < MODES; mode++) {
    const name = `failing-${String(mode).padStart(2, '0')}`
    const build = join(scratch, name)
    await cp(failing, build, { recursive: true })
    await writeFile(join(build, 'subgraph.yaml'), manifest.replace('data: 0', `data: ${mode}`))
    list.push({ name, build, late: true })
  }
  return { list, close: () => rm(scratch, { recursive: true, force: true }) }
}
