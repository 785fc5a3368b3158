import type { ContractAbi, EventAbi } from '../abi/contractAbi.ts'
import type { EntityModel } from '../schema/entityModel.ts'
import type { EventHandlerDeclaration, Manifest, SourceDeclaration } from './manifest.ts'

/** An event handler with the event it waits for. */
export interface EventHandler extends EventHandlerDeclaration {
  readonly abi: EventAbi
  /** Topic 0 of the logs that it takes, `0x…`. */
  readonly firstTopic: string
}

/** A data source or template with its files. */
export interface BuiltSource extends Omit<SourceDeclaration, 'abis' | 'eventHandlers'> {
  /** Place in the manifest: data sources first, then templates. */
  readonly index: number
  readonly abis: ReadonlyMap<string, ContractAbi>
  readonly eventHandlers: readonly EventHandler[]
  readonly wasm: Uint8Array
  /** Content id of {@link wasm}; sources with the same one share a compiled module. */
  readonly wasmId: string
}

/** A subgraph as `graph build` leaves it, read and checked. */
export interface SubgraphBuild {
  /** Content id of the manifest with content ids in place of its files: the deployment's id. */
  readonly id: string
  readonly manifest: Manifest
  /** The manifest's text with the networks file applied. */
  readonly manifestText: string
  readonly sdl: string
  readonly model: EntityModel
  readonly dataSources: readonly BuiltSource[]
  readonly templates: readonly BuiltSource[]
  /** Entity types that files' handlers may write: their tables tell causality regions apart. */
  readonly fileTypes: ReadonlySet<string>
  /** What deploying it elsewhere uploads: its files, then the manifest that names them by id. */
  readonly uploads: readonly Uint8Array[]
}
