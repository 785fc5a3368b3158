import type { ChainReader } from '../../chain/chainReader.ts'
import type { ChainBlock } from '../../chain/chainTypes.ts'
import type { SubgraphBuild } from '../../manifest/subgraphBuild.ts'
import { type DataSource, fromTemplate, logFilters, staticSource } from '../../runner/dataSource.ts'
import type { FilesOfBlock, FileTrigger } from '../../runner/fileSources.ts'
import type { Trigger } from '../../runner/matchTriggers.ts'
import { processBlock } from '../../runner/processBlock.ts'
import { CurrentEntities } from '../../store/currentEntities.ts'
import type { DeploymentStore } from '../../store/deploymentStore.ts'
import type { LogLevel } from '../../wasm/handlerContext.ts'
import type { MappingModule } from '../../wasm/mappingModule.ts'
import type { Failure } from '../explain/explainFailure.ts'

/** Blocks that are read at once, and the most that are run when none is named. */
const AT_ONCE = 25
const MOST = 500

/** What came of running blocks once more. */
export interface Replay {
  readonly failure: Failure | null
  readonly blocks: readonly ChainBlock[]
  /** Entities that changed. */
  readonly changes: number
  readonly logs: readonly { readonly level: LogLevel; readonly message: string }[]
}

/** Which blocks to run once more, and on what. */
export interface ReplayInput {
  readonly build: SubgraphBuild
  readonly store: DeploymentStore
  readonly chain: ChainReader
  readonly modules: ReadonlyMap<string, MappingModule>
  /** What the first of the blocks has of files. */
  readonly files: FilesOfBlock
  readonly from: number
  /** Null for as many as the chain has, within reason. */
  readonly to: number | null
}

/**
 * Runs blocks over the entities as they were before them, up to the first failure. Nothing is
 * written.
 */
export async function replayBlocks(input: ReplayInput): Promise<Replay> {
  const { build, store, chain, modules, from, to } = input
  const { latest } = await chain.heads()
  const end = Math.min(to ?? from + MOST - 1, latest.number)
  const current = new CurrentEntities(store.entities.asOf(from - 1))
  const sources = await sourcesBefore(build, store, from)
  const logs: Replay['logs'][number][] = []
  const blocks: ChainBlock[] = []
  let failure: Replay['failure'] = null
  let changes = 0
  for (let at = from; at <= end && failure === null; at += AT_ONCE) {
    const numbers = Array.from(
      { length: Math.min(AT_ONCE, end - at + 1) },
      (_, index) => at + index,
    )
    for (const block of await chain.blocks(numbers)) {
      blocks.push(block)
      const own = await chain.logsOf(logFilters(sources), [block])
      const environment = {
        build,
        chain,
        current,
        modules,
        sources,
        // The files that had come were handled in the first block.
        files: block.number === from ? input.files : { ...input.files, arrived: [] },
        ens: store.ens,
        log: (level: LogLevel, message: string) => logs.push({ level, message }),
        failed: (where: ChainBlock, trigger: Trigger | FileTrigger, error: unknown) => {
          failure ??= { block: where, trigger, error }
        },
      }
      try {
        const outcome = await processBlock(environment, block, own)
        current.apply(outcome.changes)
        changes += outcome.changes.length + (outcome.files?.changes.length ?? 0)
        sources.push(...outcome.created)
      } catch (error) {
        // What a handler fails with is known already; the rest is the node's or the store's.
        if (failure === null) throw error
      }
      if (failure !== null) break
    }
  }
  return { failure, blocks, changes, logs }
}

/** The data sources that there were before a block. */
async function sourcesBefore(
  build: SubgraphBuild,
  store: DeploymentStore,
  block: number,
): Promise<DataSource[]> {
  const dynamic = (await store.sources.dynamic()).filter(
    ({ creationBlock }) => creationBlock < block,
  )
  return [
    ...build.dataSources.map(staticSource),
    ...dynamic.map((source) => {
      const template = build.templates[source.manifestIndex - build.dataSources.length]
      return fromTemplate(template as (typeof build.templates)[number], source)
    }),
  ]
}
