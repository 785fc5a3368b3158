import type { NamedValue } from '../abi/contractAbi.ts'
import type { ChainBlock, ChainLog } from '../chain/chainTypes.ts'
import { TransientError } from '../errors/hostErrors.ts'
import type { DeclaredCall } from '../manifest/declaredCall.ts'
import type { EventHandler } from '../manifest/subgraphBuild.ts'
import { type DataSource, handlerAfter, handlerBefore, isActive } from './dataSource.ts'
import { SourceIndex } from './sourceIndex.ts'

/** A handler that must run, and what for. */
export type Trigger =
  | {
      readonly kind: 'block'
      readonly source: DataSource
      readonly handler: string
      /** Whether it runs before or after the block's events. */
      readonly phase: 'start' | 'end'
    }
  | {
      readonly kind: 'event'
      readonly source: DataSource
      readonly handler: string
      readonly log: ChainLog
      readonly parameters: readonly NamedValue[]
      readonly needsReceipt: boolean
      readonly calls: readonly DeclaredCall[]
    }

/**
 * The handlers that run in a block, in graph-node's order: `once` handlers, events by the index of
 * their log, other block handlers; for each of them the data sources as they were created.
 *
 * @param logs of this block, in the order of their index.
 */
export function matchTriggers(
  sources: readonly DataSource[],
  block: ChainBlock,
  logs: readonly ChainLog[],
): Trigger[] {
  const index = SourceIndex.of(sources)
  const triggers: Trigger[] = []
  const addBlockTriggers = (phase: 'start' | 'end') => {
    const find = phase === 'start' ? handlerBefore : handlerAfter
    for (const source of index.withBlockHandlers) {
      if (!isActive(source, block.number)) continue
      const found = find(source, block.number)
      if (found !== undefined) {
        triggers.push({ kind: 'block', source, handler: found.handler, phase })
      }
    }
  }
  addBlockTriggers('start')
  for (const log of logs) {
    for (const source of index.forLog(log)) {
      if (!isActive(source, block.number)) continue
      const trigger = matchLog(source, log)
      if (trigger !== null) triggers.push(trigger)
    }
  }
  addBlockTriggers('end')
  return triggers
}

/** Whether two handlers run for the same thing, in different data sources. */
export function haveSameCause(one: Trigger, other: Trigger): boolean {
  if (one.kind === 'event') return other.kind === 'event' && one.log === other.log
  return other.kind === 'block' && one.phase === other.phase
}

/** @throws TransientError when several handlers of the data source take the log. */
function matchLog(source: DataSource, log: ChainLog): Trigger | null {
  let found: Trigger | null = null
  for (const handler of source.source.eventHandlers) {
    if (!topicsMatch(handler, log)) continue
    const parameters = handler.abi.decode(log.topics, log.data)
    if (parameters === null) continue
    if (found !== null) throw matchedTwice(source, log)
    const { handler: name, receipt: needsReceipt, calls } = handler
    found = { kind: 'event', source, handler: name, log, parameters, needsReceipt, calls }
  }
  return found
}

function matchedTwice(source: DataSource, log: ChainLog): TransientError {
  const handlers = source.source.eventHandlers.filter(
    (handler) => topicsMatch(handler, log) && handler.abi.decode(log.topics, log.data) !== null,
  )
  return new TransientError(
    `log ${log.logIndex} of transaction ${log.transactionHash} matches several handlers of the data source \`${source.source.name}\`: ${handlers.map(({ handler }) => handler).join(', ')}`,
  )
}

function topicsMatch(handler: EventHandler, log: ChainLog): boolean {
  const anonymous = handler.abi.anonymous && handler.topic0 === null
  if (!anonymous && log.topics[0] !== handler.firstTopic) return false
  return handler.topics.every(
    (wanted, index) => wanted === null || wanted.includes(log.topics[index + 1]),
  )
}
