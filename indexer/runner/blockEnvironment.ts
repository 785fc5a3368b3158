import type { ChainReader } from '../chain/chainReader.ts'
import type { ChainBlock, ChainLog } from '../chain/chainTypes.ts'
import type { SubgraphBuild } from '../manifest/subgraphBuild.ts'
import type { CurrentEntities } from '../store/currentEntities.ts'
import type { EnsNames } from '../store/ensNames.ts'
import type { LogLevel } from '../wasm/handlerContext.ts'
import type { MappingModule } from '../wasm/mappingModule.ts'
import type { DataSource } from './dataSource.ts'
import type { FilesOfBlock, FileTrigger } from './fileSources.ts'
import type { Trigger } from './matchTriggers.ts'

/** What handlers of a block may need of the chain beside what triggered them. */
export type BlockChain = Pick<ChainReader, 'logsOf' | 'receipts' | 'stateAt'>

/** What processing needs beside the block. */
export interface BlockEnvironment {
  readonly build: SubgraphBuild
  readonly chain: BlockChain
  readonly current: CurrentEntities
  /** Compiled mappings by the content id of their WASM. */
  readonly modules: ReadonlyMap<string, MappingModule>
  readonly sources: readonly DataSource[]
  readonly log: (level: LogLevel, message: string) => void
  /** Labels of the Ethereum Name Service; without it there are none. */
  readonly ens?: EnsNames
  /** File data sources; without them there are none yet, and no file comes. */
  readonly files?: FilesOfBlock
  /** Blocks that come next, as far as they are known; entities that they need are loaded ahead. */
  readonly ahead?: () => Iterable<TakenBlock>
  /** Told of every handler that fails, with the error as it left the WASM. */
  readonly failed?: (block: ChainBlock, trigger: Trigger | FileTrigger, error: unknown) => void
}

/** A block with its logs that data sources may want, in the order of their index. */
export interface TakenBlock {
  readonly block: ChainBlock
  readonly logs: readonly ChainLog[]
}
