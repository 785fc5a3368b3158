import type { NamedValue } from '../abi/contractAbi.ts'
import type { ChainBlock, ChainLog } from '../chain/chainTypes.ts'
import { TransientError } from '../errors/hostErrors.ts'
import type { DeclaredCall } from '../manifest/declaredCall.ts'
import type { EventHandler } from '../manifest/readBuild.ts'
import { hexToBytes } from '../values/hex.ts'
import { type DataSource, handlerAfter, handlerBefore, isActive } from './dataSource.ts'

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
  const active = sources.filter((source) => isActive(source, block.number))
  const blockTriggers = (phase: 'start' | 'end'): Trigger[] =>
    active.flatMap((source) => {
      const find = phase === 'start' ? handlerBefore : handlerAfter
      const found = find(source, block.number)
      return found === undefined ? [] : [{ kind: 'block', source, handler: found.handler, phase }]
    })
  return [
    ...blockTriggers('start'),
    ...logs.flatMap((log) => active.flatMap((source) => matchLog(source, log))),
    ...blockTriggers('end'),
  ]
}

/** Whether two handlers run for the same thing, in different data sources. */
export function haveSameCause(one: Trigger, other: Trigger): boolean {
  if (one.kind === 'event') return other.kind === 'event' && one.log === other.log
  return other.kind === 'block' && one.phase === other.phase
}

function matchLog(source: DataSource, log: ChainLog): Trigger[] {
  if (source.address !== null && source.address !== log.address) return []
  const matches = source.source.eventHandlers
    .filter((handler) => topicsMatch(handler, log))
    .flatMap((handler): Trigger[] => {
      const topics = log.topics.map((topic) => hexToBytes(topic) as Uint8Array)
      const parameters = handler.abi.decode(topics, hexToBytes(log.data) as Uint8Array)
      if (parameters === null) return []
      const { handler: name, receipt: needsReceipt, calls } = handler
      return [{ kind: 'event', source, handler: name, log, parameters, needsReceipt, calls }]
    })
  if (matches.length > 1) {
    throw new TransientError(
      `log ${log.logIndex} of transaction ${log.transactionHash} matches several handlers of the data source \`${source.source.name}\`: ${matches.map(({ handler }) => handler).join(', ')}`,
    )
  }
  return matches
}

function topicsMatch(handler: EventHandler, log: ChainLog): boolean {
  const anonymous = handler.abi.anonymous && handler.topic0 === null
  if (!anonymous && log.topics[0] !== handler.firstTopic) return false
  return handler.topics.every(
    (wanted, index) => wanted === null || wanted.includes(log.topics[index + 1]),
  )
}
