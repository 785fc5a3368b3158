import type { ContentSource } from '../../content/contentSource.ts'
import type { SubgraphBuild } from '../../manifest/subgraphBuild.ts'
import type { ArrivedFile, FilesOfBlock } from '../../runner/fileSources.ts'
import { FileSources } from '../../runner/fileSources.ts'
import { sleep } from '../../runner/sleep.ts'
import type { DeploymentStore } from '../../store/deploymentStore.ts'

/** Files that are asked for at once, and how long all of them may take to come, in milliseconds. */
const AT_ONCE = 16
const PATIENCE_MS = 60_000

/** What a block that is run once more has of files. */
export interface FilesOfReplay extends FilesOfBlock {
  /** Files that are waited for and that could not be had. */
  readonly missing: readonly string[]
}

/**
 * The files whose handlers a block ran, or, where it is not indexed yet, those that it would run
 * now: which ones had come when it failed, nobody has written down.
 *
 * @param indexed whether the block is stored.
 */
export async function filesOfReplay(
  build: SubgraphBuild,
  store: DeploymentStore,
  content: ContentSource,
  block: number,
  indexed: boolean,
): Promise<FilesOfReplay> {
  const stored = (await store.sources.files())
    .filter(({ creationBlock }) => creationBlock < block)
    .map((source) => {
      const { doneAt } = source
      const waits = indexed ? doneAt === block : doneAt === null
      return { ...source, doneAt: waits ? null : (doneAt ?? block) }
    })
  const sources = new FileSources(stored, build.templates, build.dataSources.length)
  const names = [...sources.files]
  const arrived = await fetchFiles(content, names)
  const found = new Set(arrived.map(({ file }) => file))
  return { sources, arrived, missing: names.filter((name) => !found.has(name)) }
}

/** Those of some files that come within a minute, in the order in which they come. */
async function fetchFiles(
  content: ContentSource,
  names: readonly string[],
): Promise<readonly ArrivedFile[]> {
  const arrived: ArrivedFile[] = []
  const waiting = [...names]
  const patience = new AbortController()
  const fetchNext = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      // Why a file cannot be had is in the log of the host that waits for it.
      const bytes = await content.get(file).catch(() => null)
      if (patience.signal.aborted) return
      if (bytes !== null) arrived.push({ file, bytes })
    }
  }
  const all = Promise.all(Array.from({ length: AT_ONCE }, fetchNext))
  await Promise.race([all, sleep(PATIENCE_MS, patience.signal)])
  patience.abort()
  return arrived
}
