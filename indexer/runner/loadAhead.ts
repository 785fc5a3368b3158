import type { BuiltSource } from '../manifest/subgraphBuild.ts'
import type { MappingModule } from '../wasm/mappingModule.ts'
import { Suspension } from '../wasm/suspension.ts'
import { argumentWriter } from './argumentWriter.ts'
import type { Trigger } from './matchTriggers.ts'
import { type BlockContext, TriggerContext } from './triggerContext.ts'

/** Handlers that are tried at most, and in a row without finding that one lacks anything. */
const MAX_TRIED = 200
const MAX_IN_VAIN = 6
/** Milliseconds after which a handler is held to be too slow to be run more often than it must. */
const SLOW_MS = 100

/** Names of slow handlers. */
const slowHandlers = new WeakMap<BuiltSource, Set<string>>()

/** A handler that is going to run, and the block in which it will. */
export interface Upcoming {
  readonly shared: BlockContext
  readonly trigger: Trigger
}

/**
 * Loads what a handler lacks, and with it what handlers after it are going to lack: each of these
 * is tried, its effects are dropped, and what it stopped at is loaded together with the rest. So a
 * store or a node is asked once for many handlers instead of once for each.
 *
 * A handler that is tried sees entities as they are now, which may not be how they will be. That
 * changes at most what is loaded in vain.
 *
 * @param lacking what the handler that has to go on stopped at.
 * @param upcoming what runs after it, in order; taken only as far as it helps.
 * @throws what loading for the first handler throws.
 */
export async function loadAhead(
  modules: ReadonlyMap<string, MappingModule>,
  block: BlockContext,
  lacking: Suspension,
  upcoming: Iterable<Upcoming>,
): Promise<void> {
  const loading = lacking.load()
  const others: Promise<void>[] = []
  if (lacking.reach !== 'handler') {
    let tried = 0
    let inVain = 0
    for (const next of upcoming) {
      const isSameBlock = next.shared === block
      if (lacking.reach === 'block' && !isSameBlock) break
      const stop = tryHandler(modules, next)
      const isOfUse = stop?.reach === 'chain' || (stop?.reach === 'block' && isSameBlock)
      if (stop !== null && isOfUse) others.push(stop.load())
      inVain = isOfUse ? 0 : inVain + 1
      tried += 1
      if (inVain >= MAX_IN_VAIN || tried >= MAX_TRIED) break
    }
  }
  await Promise.all([loading, Promise.allSettled(others)])
}

/** Runs a handler without effects. @returns what it stopped at, or null. */
function tryHandler(
  modules: ReadonlyMap<string, MappingModule>,
  { shared, trigger }: Upcoming,
): Suspension | null {
  // Its receipt would have to be fetched before.
  if (trigger.kind === 'event' && trigger.needsReceipt) return null
  const { source } = trigger.source
  if (slowHandlers.get(source)?.has(trigger.handler)) return null
  const module = modules.get(source.wasmId) as MappingModule
  const started = performance.now()
  try {
    const write = argumentWriter(shared.block, trigger, null)
    module.run(trigger.handler, write, new TriggerContext(shared, trigger.source))
    return null
  } catch (error) {
    // Whatever else goes wrong does so again when the handler's turn comes.
    return error instanceof Suspension ? error : null
  } finally {
    shared.cache.discardHandler()
    if (performance.now() - started > SLOW_MS) noteSlow(source, trigger.handler)
  }
}

function noteSlow(source: BuiltSource, handler: string): void {
  const known = slowHandlers.get(source)
  if (known === undefined) slowHandlers.set(source, new Set([handler]))
  else known.add(handler)
}
