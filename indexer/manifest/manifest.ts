import type { EntityData } from '../values/storeValue.ts'
import type { DeclaredCall } from './declaredCall.ts'

/** `event:` of a manifest with its handler. */
export interface EventHandlerDeclaration {
  readonly event: string
  readonly handler: string
  readonly topic0: string | null
  /** Values that topics 1 to 3 must have one of; null where any is right. */
  readonly topics: readonly (readonly string[] | null)[]
  /** Whether the handler is given the transaction's receipt. */
  readonly receipt: boolean
  /** Contract calls that it will make. */
  readonly calls: readonly DeclaredCall[]
}

/** When a block handler runs: at every block, at each n-th from the start block, or at it once. */
export type BlockFilter =
  | { readonly kind: 'every' }
  | { readonly kind: 'polling'; readonly every: number }
  | { readonly kind: 'once' }

export interface BlockHandlerDeclaration {
  readonly handler: string
  readonly filter: BlockFilter
}

/** What the template of a file data source does with a file that has come. */
export interface FileHandlerDeclaration {
  readonly handler: string
  /** Names of the entity types that it may read and write. */
  readonly entities: readonly string[]
}

/** A data source, or the template of one: then without address, start and context. */
export interface SourceDeclaration {
  readonly name: string
  readonly network: string
  /** `0x…` in lower case, or null where logs of any contract match. */
  readonly address: string | null
  /** Name of the contract's ABI among {@link abis}. */
  readonly abi: string
  readonly startBlock: number
  readonly endBlock: number | null
  readonly context: EntityData
  readonly apiVersion: string
  /** Files by the ABI's name, relative to the build folder. */
  readonly abis: ReadonlyMap<string, string>
  /** The compiled mapping, relative to the build folder. */
  readonly file: string
  readonly eventHandlers: readonly EventHandlerDeclaration[]
  readonly blockHandlers: readonly BlockHandlerDeclaration[]
  /** Null where it is the chain that is listened to, and not files. */
  readonly fileHandler: FileHandlerDeclaration | null
}

/** What a subgraph goes on from: the state of another deployment after a block. */
export interface Graft {
  /** The other deployment's id. */
  readonly base: string
  readonly block: number
}

/** A subgraph's manifest, checked. */
export interface Manifest {
  readonly specVersion: string
  readonly description: string | null
  readonly repository: string | null
  readonly features: readonly string[]
  /** Blocks behind the head whose state is kept, as `indexerHints.prune` asks for; null for all. */
  readonly historyBlocks: number | null
  readonly graft: Graft | null
  readonly schemaFile: string
  readonly network: string
  readonly apiVersion: string
  readonly dataSources: readonly SourceDeclaration[]
  readonly templates: readonly SourceDeclaration[]
}
