import type { ChainBlock, ChainLog } from '../chain/chainTypes.ts'
import { DeterministicError, TransientError } from '../errors/hostErrors.ts'
import { EventStream } from '../poi/eventStream.ts'
import { hasProof } from '../poi/hasProof.ts'
import type { ProofEvent } from '../poi/proofEvent.ts'
import { EntityCache } from '../store/entityCache.ts'
import type { EntityChange } from '../store/entityChange.ts'
import type { RecordedError } from '../store/writeBatch.ts'
import type { MappingModule } from '../wasm/mappingModule.ts'
import { Suspension } from '../wasm/suspension.ts'
import { type ArgumentWriter, argumentWriter } from './argumentWriter.ts'
import type { BlockEnvironment } from './blockEnvironment.ts'
import { ContractCalls } from './contractCalls.ts'
import { type DataSource, isDuplicate, logFilters } from './dataSource.ts'
import { makeDeclaredCalls } from './declaredCalls.ts'
import type { WantedFile } from './fileSources.ts'
import { loadAhead, type Upcoming } from './loadAhead.ts'
import { haveSameCause, matchTriggers, type Trigger } from './matchTriggers.ts'
import { type FilesOutcome, processFiles } from './processFiles.ts'
import { SourceIndex } from './sourceIndex.ts'
import { type BlockContext, TriggerContext } from './triggerContext.ts'

/** What a block did. */
export interface BlockOutcome {
  readonly changes: readonly EntityChange[]
  /** Data sources that came to be in it. */
  readonly created: readonly DataSource[]
  readonly errors: readonly RecordedError[]
  /** What became of file data sources; null where nothing did. */
  readonly files: FilesOutcome | null
  /** What its handlers wrote; null where none ran, or the manifest is too old for a proof. */
  readonly proof: EventStream | null
}

/**
 * Runs all handlers of a block. A deterministic failure is part of the outcome: it drops the whole
 * block's changes, or under `nonFatalErrors` those of its handler. The other handlers run all the
 * same, as what they write is part of the proof of indexing.
 *
 * @param logs of this block that its data sources may want, in the order of their index.
 * @throws TransientError, PossibleReorgError or an error of store or node: try the block again.
 */
export async function processBlock(
  environment: BlockEnvironment,
  block: ChainBlock,
  logs: readonly ChainLog[],
): Promise<BlockOutcome> {
  const { build, chain, log } = environment
  const context = blockContext(environment, block)
  const { cache, calls } = context
  const stream = hasProof(build.manifest) ? new EventStream(block.number) : null
  let ran = false
  const known = SourceIndex.of(environment.sources)
  const created: DataSource[] = []
  const errors: RecordedError[] = []
  const wantedFiles: WantedFile[] = []
  let triggers = matchTriggers(environment.sources, block, logs)
  while (triggers.length > 0) {
    await makeDeclaredCalls(calls, triggers)
    const fresh: DataSource[] = []
    let failed = false
    for (const [index, trigger] of triggers.entries()) {
      if (index === 0 || !haveSameCause(triggers[index - 1], trigger)) {
        stream?.startTrigger()
        failed = false
      }
      ran = true
      const upcoming = () => upcomingHandlers(environment, context, triggers.slice(index + 1))
      const running = runTrigger(environment, context, trigger, upcoming)
      // Nearly all handlers come to their end at once.
      const result = running instanceof Promise ? await running : running
      stream?.write(result.events)
      if ('error' in result) {
        errors.push(result.error)
        failed = true
      }
      const next = triggers[index + 1]
      if (failed && (next === undefined || !haveSameCause(trigger, next))) stream?.fail()
      if ('error' in result) continue
      wantedFiles.push(...result.wantedFiles)
      for (const source of result.created) {
        const isThere = (other: DataSource) => isDuplicate(other, source)
        if (known.hasDuplicate(source) || created.some(isThere) || fresh.some(isThere)) {
          log(
            'warning',
            `data source \`${source.source.name}\` of ${source.address} is there already`,
          )
          continue
        }
        fresh.push(source)
      }
    }
    created.push(...fresh)
    // What a new data source missed in this block is made up for before the block ends.
    triggers = matchTriggers(fresh, block, await chain.logsOf(logFilters(fresh), [block]))
  }
  const proof = ran ? stream : null
  const fatal = errors.find((error) => error.fatal)
  if (fatal !== undefined) return { changes: [], created: [], errors: [fatal], files: null, proof }
  const comes = wantedFiles.length > 0 || (environment.files?.arrived.length ?? 0) > 0
  const files = comes ? await processFiles(environment, context, wantedFiles) : null
  return { changes: await cache.changes(), created, errors, files, proof }
}

/** What the handlers of a block share. */
function blockContext(environment: BlockEnvironment, block: ChainBlock): BlockContext {
  const { build, chain, current, log, ens = null } = environment
  const cache = new EntityCache(build.model, current, block.number)
  const calls = new ContractCalls(chain, block)
  return { build, block, cache, calls, log, ens, generatedIds: 0 }
}

/** The handlers that run next: the rest of a block's, and those of the blocks after it. */
function* upcomingHandlers(
  environment: BlockEnvironment,
  shared: BlockContext,
  rest: readonly Trigger[],
): Generator<Upcoming> {
  for (const trigger of rest) yield { shared, trigger }
  for (const { block, logs } of environment.ahead?.() ?? []) {
    const later = blockContext(environment, block)
    for (const trigger of matchTriggers(environment.sources, block, logs)) {
      yield { shared: later, trigger }
    }
  }
}

type EventTrigger = Extract<Trigger, { kind: 'event' }>

type TriggerOutcome = { readonly events: readonly ProofEvent[] } & (
  | { readonly created: readonly DataSource[]; readonly wantedFiles: readonly WantedFile[] }
  | { readonly error: RecordedError }
)

/** Runs a handler; only one that needs what is not in memory has to be waited for. */
function runTrigger(
  environment: BlockEnvironment,
  shared: BlockContext,
  trigger: Trigger,
  upcoming: () => Iterable<Upcoming>,
): TriggerOutcome | Promise<TriggerOutcome> {
  if (trigger.kind === 'event' && trigger.needsReceipt) {
    return runWithReceipt(environment, shared, trigger, upcoming)
  }
  const write = argumentWriter(shared.block, trigger, null)
  return repeat(environment, shared, trigger, write, upcoming)
}

async function runWithReceipt(
  environment: BlockEnvironment,
  shared: BlockContext,
  trigger: EventTrigger,
  upcoming: () => Iterable<Upcoming>,
): Promise<TriggerOutcome> {
  const { block } = shared
  const hash = trigger.log.transactionHash
  const receipts = await environment.chain.receipts([hash], block)
  const write = argumentWriter(block, trigger, receipts.get(hash) ?? null)
  return repeat(environment, shared, trigger, write, upcoming)
}

/** Runs a handler until it has all that it needs. */
function repeat(
  environment: BlockEnvironment,
  shared: BlockContext,
  trigger: Trigger,
  write: ArgumentWriter,
  upcoming: () => Iterable<Upcoming>,
): TriggerOutcome | Promise<TriggerOutcome> {
  const outcome = runOnce(environment, shared, trigger, write)
  if (!(outcome instanceof Suspension)) return outcome
  return loadAhead(environment.modules, shared, outcome, upcoming()).then(() =>
    repeat(environment, shared, trigger, write, upcoming),
  )
}

function runOnce(
  environment: BlockEnvironment,
  shared: BlockContext,
  trigger: Trigger,
  write: ArgumentWriter,
): TriggerOutcome | Suspension {
  const { build, modules, log } = environment
  const { block, cache } = shared
  const module = modules.get(trigger.source.source.wasmId) as MappingModule
  const context = new TriggerContext(shared, trigger.source)
  try {
    module.run(trigger.handler, write, context)
    cache.commitHandler()
    shared.generatedIds = context.generatedIds
    for (const [level, message] of context.messages) log(level, message)
    const { created, wantedFiles, events } = context
    return { created, wantedFiles, events }
  } catch (error) {
    cache.discardHandler()
    if (error instanceof Suspension) return error
    environment.failed?.(block, trigger, error)
    if (error instanceof TransientError) throw passingError(block, trigger, error)
    if (!(error instanceof DeterministicError)) throw error
    for (const [level, message] of context.messages) log(level, message)
    const fatal = !build.manifest.features.includes('nonFatalErrors')
    return { error: recordedError(block, trigger, error, fatal), events: context.events }
  }
}

/** A failure in graph-node's words, which are others where it ends the deployment. */
function recordedError(
  block: ChainBlock,
  { handler, ...trigger }: Trigger,
  error: DeterministicError,
  fatal: boolean,
): RecordedError {
  const place = trigger.kind === 'event' ? `transaction ${bare(trigger.log.transactionHash)}` : ''
  const message = `${place}: ${error.message}`.replaceAll('\n', '\t')
  if (!fatal) return { message, handler, block, fatal }
  const where = `in handler \`${handler}\` at block #${block.number} (${bare(block.hash)})`
  return { message: `${message} ${where}`, handler: null, block, fatal }
}

/** A failure that may pass, in graph-node's words for it. */
function passingError(block: ChainBlock, trigger: Trigger, cause: TransientError): TransientError {
  const place =
    trigger.kind === 'event'
      ? `block #${block.number} (${block.hash}), transaction ${bare(trigger.log.transactionHash)}: `
      : ''
  const message = `failed to process trigger: ${place}${cause.recorded}`.replaceAll('\n', '\t')
  return new TransientError(message, { cause })
}

function bare(hash: string): string {
  return hash.replace(/^0x/, '')
}
