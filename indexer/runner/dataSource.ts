import type { LogFilter } from '../chain/logFilter.ts'
import type { BlockHandlerDeclaration } from '../manifest/manifest.ts'
import type { BuiltSource } from '../manifest/subgraphBuild.ts'
import type { DynamicSource } from '../store/dynamicSource.ts'
import { sameEntity } from '../values/sameValue.ts'
import type { EntityData } from '../values/storeValue.ts'

/** A data source that takes part in indexing: one of the manifest, or one made of a template. */
export interface DataSource {
  readonly source: BuiltSource
  readonly address: string | null
  readonly startBlock: number
  readonly context: EntityData
}

export function staticSource(source: BuiltSource): DataSource {
  const { address, startBlock, context } = source
  return { source, address, startBlock, context }
}

export function fromTemplate(template: BuiltSource, dynamic: DynamicSource): DataSource {
  return {
    source: template,
    address: dynamic.address,
    startBlock: dynamic.creationBlock,
    context: dynamic.context,
  }
}

/** What the store keeps of a data source that was made of a template. */
export function toDynamic(source: DataSource): DynamicSource {
  return {
    manifestIndex: source.source.index,
    address: source.address as string,
    context: source.context,
    creationBlock: source.startBlock,
  }
}

/** Whether two data sources would do the same, wherever they were created. */
export function isDuplicate(one: DataSource, other: DataSource): boolean {
  return (
    one.source.index === other.source.index &&
    one.address === other.address &&
    sameEntity(one.context, other.context)
  )
}

export function isActive({ source, startBlock }: DataSource, block: number): boolean {
  return block >= startBlock && (source.endBlock === null || block <= source.endBlock)
}

/** The logs that the event handlers of some data sources may want. */
export function logFilters(sources: readonly DataSource[]): LogFilter[] {
  const withEvents = sources.filter(({ source }) => source.eventHandlers.length > 0)
  const groups = [
    withEvents.filter((source) => source.address !== null),
    withEvents.filter((source) => source.address === null),
  ]
  return groups
    .filter((group) => group.length > 0)
    .map((group) => {
      const handlers = group.flatMap(({ source }) => source.eventHandlers)
      const anyTopic = handlers.some(({ abi, topic0 }) => abi.anonymous && topic0 === null)
      const addresses = new Set(group.flatMap(({ address }) => address ?? []))
      return {
        addresses: addresses.size === 0 ? null : [...addresses],
        firstTopics: anyTopic ? null : [...new Set(handlers.map((handler) => handler.firstTopic))],
      }
    })
}

/** The block handler that runs before all events of a block. */
export function handlerBefore(
  { source, startBlock }: DataSource,
  block: number,
): BlockHandlerDeclaration | undefined {
  return source.blockHandlers.find(({ filter }) => filter.kind === 'once' && block === startBlock)
}

/** The block handler that runs after all events of a block. */
export function handlerAfter(
  { source, startBlock }: DataSource,
  block: number,
): BlockHandlerDeclaration | undefined {
  return source.blockHandlers.find(
    ({ filter }) =>
      filter.kind === 'every' ||
      (filter.kind === 'polling' && (block - startBlock) % filter.every === 0),
  )
}

/** Whether some block handler of the data source runs in a block. */
export function wantsBlock(source: DataSource, block: number): boolean {
  if (source.source.blockHandlers.length === 0 || !isActive(source, block)) return false
  return handlerBefore(source, block) !== undefined || handlerAfter(source, block) !== undefined
}
