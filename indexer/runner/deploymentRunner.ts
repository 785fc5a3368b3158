import { setImmediate } from 'node:timers/promises'
import type { ChainHeads, ChainReader } from '../chain/chainReader.ts'
import type { BlockPointer } from '../chain/chainTypes.ts'
import type { Finality } from '../chain/finality.ts'
import { RpcUnreachableError } from '../chain/rpcErrors.ts'
import type { ContentSource } from '../content/contentSource.ts'
import { PossibleReorgError, TransientError } from '../errors/hostErrors.ts'
import { firstStartBlock } from '../manifest/firstStartBlock.ts'
import { hasFileTemplates } from '../manifest/hasFileTemplates.ts'
import type { SubgraphBuild } from '../manifest/subgraphBuild.ts'
import type { EventStream } from '../poi/eventStream.ts'
import { CurrentEntities } from '../store/currentEntities.ts'
import type { DeploymentStore } from '../store/deploymentStore.ts'
import type { DynamicSource } from '../store/dynamicSource.ts'
import type { EntityChange } from '../store/entityChange.ts'
import { isConnectionError } from '../store/isConnectionError.ts'
import type { StoredBlock } from '../store/writeBatch.ts'
import { MappingModule } from '../wasm/mappingModule.ts'
import { BatchWriter } from './batchWriter.ts'
import type { BlockEnvironment } from './blockEnvironment.ts'
import { BlockFetcher } from './blockFetcher.ts'
import type { BlockQueue } from './blockQueue.ts'
import { type DataSource, fromTemplate, staticSource, toDynamic } from './dataSource.ts'
import { FileMonitor } from './fileMonitor.ts'
import { FileSources, toStoredFile } from './fileSources.ts'
import { findCommonBlock } from './findCommonBlock.ts'
import { ForkWatch } from './forkWatch.ts'
import { processBlock } from './processBlock.ts'
import type { FilesOutcome } from './processFiles.ts'
import { proofChange } from './proofChange.ts'
import type { RunnerLog } from './runnerLog.ts'
import { sleep } from './sleep.ts'

/** Settings of a {@link DeploymentRunner}; times in milliseconds. */
export interface RunnerOptions {
  /** How often the chain's head is looked at. */
  readonly pollMs?: number
  /** How long a chain may be shorter than what is stored before that counts as a reorg. */
  readonly shorterChainMs?: number
  /** The longest wait after failures in a row. */
  readonly maxRetryMs?: number
  /** Where the files of file data sources come from; without it none ever comes. */
  readonly content?: ContentSource
  /** Told of every handler that fails. */
  readonly failed?: BlockEnvironment['failed']
}

/** The longest wait for a node or a database that does not answer. */
const AWAY_MS = 2_000
/** Blocks above `finalized` taken at once. */
const FOLLOWED = 50
/** The longest that blocks are processed before the store's and others' answers are looked at. */
const TURN_MS = 10

/** Counts over all runners, as one may go on where another stopped. */
let revisions = 0

/** Follows the chain with one deployment: fetches, runs handlers, writes, takes back. */
export class DeploymentRunner {
  readonly #build: SubgraphBuild
  readonly #store: DeploymentStore
  readonly #chain: ChainReader
  readonly #log: RunnerLog
  readonly #options: Required<Omit<RunnerOptions, 'failed' | 'content'>>
  readonly #content: ContentSource | null
  readonly #failing: BlockEnvironment['failed']
  readonly #current: CurrentEntities
  readonly #writer: BatchWriter
  readonly #fetcher: BlockFetcher
  readonly #forks: ForkWatch
  readonly #modules = new Map<string, MappingModule>()
  #sources: DataSource[] = []
  /** File data sources; null in a subgraph that can have none. */
  #files: FileSources | null = null
  #monitor: FileMonitor | null = null
  #indexed = false
  #loaded = false
  #failed = false
  /** The block that could not be processed for now, as the store has it. */
  #stuckAt: number | null = null
  #synced = false
  #revision: number | null = null
  #heads: ChainHeads | null = null
  /** The highest block that the chain ever called final. */
  #finalized = 0

  constructor(
    build: SubgraphBuild,
    store: DeploymentStore,
    chain: ChainReader,
    log: RunnerLog,
    options: RunnerOptions = {},
  ) {
    this.#build = build
    this.#store = store
    this.#chain = chain
    this.#log = log
    this.#options = { pollMs: 400, shorterChainMs: 15_000, maxRetryMs: 60_000, ...options }
    this.#failing = options.failed
    this.#content = hasFileTemplates(build) ? (options.content ?? { get: async () => null }) : null
    this.#current = new CurrentEntities(store.entities)
    this.#writer = new BatchWriter({
      store,
      current: this.#current,
      after: async (head) => {
        // Without its indexes a table is searched from end to end.
        if (this.#indexed) await store.prune(head.number, this.#finalized)
      },
    })
    this.#fetcher = new BlockFetcher(chain)
    this.#forks = new ForkWatch(store, chain, this.#options.shorterChainMs)
  }

  /** The last block whose changes are stored. */
  get head(): StoredBlock | null {
    return this.#writer.head
  }

  /**
   * Another number whenever stored blocks were taken back: what was read of the store between two
   * equal ones belongs together. Null while blocks may be taken back.
   */
  get revision(): number | null {
    return this.#revision
  }

  /** The chain's newest block, as last seen. */
  get chainHead(): BlockPointer | null {
    return this.#heads?.latest ?? null
  }

  /** How far the chain is settled, as last seen; null before the first look at it. */
  get finality(): Finality | null {
    return this.#heads
  }

  /** Whether the chain's newest block is indexed. */
  get synced(): boolean {
    return this.#synced
  }

  /** Runs until the signal; failures are logged and tried again with growing waits. */
  async run(signal: AbortSignal): Promise<void> {
    let failures = 0
    if (this.#content !== null) {
      this.#monitor = new FileMonitor(this.#content, this.#log, this.#options.maxRetryMs)
    }
    while (!signal.aborted) {
      try {
        if (!this.#loaded) await this.#load()
        const advanced = await this.#advance(signal)
        failures = 0
        if (!advanced) await sleep(this.#options.pollMs, signal)
      } catch (error) {
        await this.#writer.settle()
        if (signal.aborted) break
        this.#loaded = false
        failures += 1
        const wait = this.#waitAfter(error, failures)
        const { head } = this.#writer
        const stopped =
          head === null ? 'indexing waits' : `indexing stopped after block ${head.number}`
        this.#log(
          error instanceof PossibleReorgError ? 'warning' : 'error',
          `${stopped}, next try in ${wait} ms: ${(error as Error).message}`,
        )
        await sleep(wait, signal)
      }
    }
    await this.#writer.settle()
    this.#monitor?.stop()
    this.#revision = null
  }

  /** What is only away, or not yet at one with itself, is looked for often; the rest ever less. */
  #waitAfter(error: unknown, failures: number): number {
    const away =
      error instanceof RpcUnreachableError ||
      error instanceof PossibleReorgError ||
      isConnectionError(error)
    const { maxRetryMs } = this.#options
    const most = away ? Math.min(AWAY_MS, maxRetryMs) : maxRetryMs
    return Math.min(most, 250 * 2 ** Math.min(failures, 20))
  }

  async #load(): Promise<void> {
    this.#revision = null
    for (const source of [...this.#build.dataSources, ...this.#build.templates]) {
      if (this.#modules.has(source.wasmId)) continue
      this.#modules.set(source.wasmId, await MappingModule.compile(source.wasm))
    }
    const { chainId, genesisHash } = await this.#chain.identity()
    await this.#store.checkChain(this.#build.manifest.network, chainId, genesisHash)
    if (this.#heads === null && (await this.#store.rewindFailure())) {
      this.#log('warning', 'the deployment had failed; its last block is tried again')
    }
    await this.#reload()
    this.#loaded = true
  }

  /** Takes the state of the store, with nothing in memory. */
  async #reload(): Promise<void> {
    const dynamic = await this.#store.sources.dynamic()
    this.#sources = [
      ...this.#build.dataSources.map(staticSource),
      ...dynamic.map((source) => fromTemplate(this.#template(source), source)),
    ]
    if (this.#content !== null) {
      const { templates, dataSources } = this.#build
      const stored = await this.#store.sources.files()
      this.#files = new FileSources(stored, templates, dataSources.length)
      this.#monitor?.watch(this.#files.files)
    }
    const fatal = (await this.#store.errors.all()).find((error) => error.fatal)
    this.#failed = fatal?.deterministic ?? false
    this.#stuckAt = fatal?.deterministic === false ? (fatal.block?.number ?? null) : null
    const head = await this.#store.chain.head()
    this.#current.clear(head === null)
    this.#writer.restart(head)
    this.#fetcher.forget()
    revisions += 1
    this.#revision = revisions
  }

  /** @returns whether there may be more to do at once. */
  async #advance(signal: AbortSignal): Promise<boolean> {
    const heads = await this.#chain.heads()
    this.#heads = heads
    this.#finalized = Math.max(this.#finalized, heads.finalized)
    const head = this.#writer.position
    if (head !== null && !(await this.#standsOn(head, heads))) return true
    const next = head === null ? this.#firstBlock() : head.number + 1
    const last = Math.min(heads.latest.number, this.#lastBlock())
    if (this.#failed || next > Math.min(last, heads.finalized)) {
      await this.#writer.written()
      await this.#createIndexes()
    }
    if (this.#failed || next > last) {
      if (next > last) await this.#markSynced(heads.latest.number)
      return false
    }
    if (next <= heads.finalized) {
      const to = Math.min(heads.finalized, last)
      const { queue, end } = await this.#fetcher.finalBlocks(this.#sources, head, next, to)
      await this.#process(queue, end, signal)
    } else {
      const to = Math.min(next + FOLLOWED - 1, last)
      const queue = await this.#fetcher.newBlocks(this.#sources, head, next, to)
      await this.#process(queue, null, signal)
      await this.#writer.written()
    }
    return true
  }

  /**
   * Whether the chain still has the stored head; if not, goes back to where both part.
   *
   * @returns false when the store went back, or waits for a chain that is shorter.
   */
  async #standsOn(head: StoredBlock, heads: ChainHeads): Promise<boolean> {
    if (heads.latest.number < head.number) await this.#writer.written()
    const state = await this.#forks.look(head, heads)
    if (state === 'stands') return true
    if (state === 'ahead') {
      await sleep(this.#options.pollMs, null)
      return false
    }
    await this.#writer.written()
    const latest = Math.min(head.number, heads.latest.number)
    const target = await findCommonBlock(this.#store, this.#chain, latest)
    try {
      this.#store.checkKept(target)
    } catch (error) {
      // Better to stop than to go on from a state that there never was.
      await this.#store.errors.failForNow((error as Error).message, head)
      throw error
    }
    this.#revision = null
    await this.#store.revert(head, target)
    const final = (target?.number ?? 0) < Math.min(this.#finalized, latest)
    this.#log(
      final ? 'error' : 'warning',
      `reorg: went back from block ${head.number} to ${target?.number ?? 'before the first'}${final ? `, although the chain had called block ${this.#finalized} final` : ''}`,
    )
    await this.#reload()
    this.#forks.forget()
    return false
  }

  /**
   * @param rangeEnd last block of a final range, whose further logs are asked for when a data
   *   source is created; null where all blocks are known by hash.
   */
  async #process(queue: BlockQueue, rangeEnd: number | null, signal: AbortSignal): Promise<void> {
    let turned = performance.now()
    for (let taken = await queue.take(); taken !== null; taken = await queue.take()) {
      if (signal.aborted) break
      const { block, logs } = taken
      const outcome = await processBlock(this.#environment(queue), block, logs).catch(
        async (error: unknown) => {
          if (error instanceof TransientError) await this.#recordStuck(error, block)
          throw error
        },
      )
      const changes = [...outcome.changes]
      if (outcome.proof !== null) changes.push(await this.#proofChange(block, outcome.proof))
      this.#current.apply(changes)
      if (outcome.files !== null) changes.push(...outcome.files.changes)
      this.#writer.addBlock(block, changes, outcome.created.map(toDynamic), outcome.errors)
      if (outcome.files !== null) this.#takeFiles(outcome.files, block)
      for (const error of outcome.errors) this.#log('error', error.message)
      if (outcome.errors.some((error) => error.fatal)) {
        this.#failed = true
        break
      }
      if (outcome.created.length > 0) {
        this.#sources.push(...outcome.created)
        await this.#fetcher.fetchFor(outcome.created, queue, block.number, rangeEnd)
      }
      if (performance.now() - turned > TURN_MS) {
        await setImmediate()
        turned = performance.now()
      }
      await this.#writer.makeRoom()
    }
    this.#writer.flush()
    const { position } = this.#writer
    if (this.#stuckAt !== null && position !== null) await this.#recover(position)
  }

  /** Takes over what became of file data sources in a block. */
  #takeFiles({ created, done }: FilesOutcome, block: StoredBlock): void {
    this.#writer.addFiles(block.number, {
      created: created.map(toStoredFile),
      done: done.map(({ region }) => region),
    })
    for (const { file } of done) {
      this.#files?.done(file)
      this.#monitor?.release(file)
    }
    for (const source of created) {
      this.#files?.add(source)
      this.#monitor?.add(source.file)
    }
  }

  #environment(queue: BlockQueue): BlockEnvironment {
    return {
      ahead: () => queue.ahead(),
      build: this.#build,
      chain: this.#chain,
      current: this.#current,
      modules: this.#modules,
      sources: this.#sources,
      log: this.#log,
      ens: this.#store.ens,
      ...(this.#files && {
        files: { sources: this.#files, arrived: this.#monitor?.arrived ?? [] },
      }),
      ...(this.#failing && { failed: this.#failing }),
    }
  }

  /** Writes what came before a block that fails, and that it does. */
  async #recordStuck(error: Error, block: StoredBlock): Promise<void> {
    await this.#writer.written()
    await this.#store.errors.failForNow(error.message, block)
  }

  async #recover(position: BlockPointer): Promise<void> {
    if (this.#stuckAt === null || position.number < this.#stuckAt) return
    await this.#writer.written()
    await this.#store.errors.recover()
    this.#stuckAt = null
  }

  #proofChange(block: StoredBlock, events: EventStream): Promise<EntityChange> {
    const { model, manifest } = this.#build
    return proofChange(model, manifest.network, this.#current, block, events)
  }

  /** Makes the indexes that a first sync does without. */
  async #createIndexes(): Promise<void> {
    if (this.#indexed) return
    await this.#store.createPostponedIndexes()
    this.#indexed = true
  }

  async #markSynced(latest: number): Promise<void> {
    if (this.#synced) return
    this.#synced = true
    await this.#store.markSynced(latest)
    this.#log('info', `synced at block ${latest}`)
  }

  #template(source: DynamicSource) {
    return this.#build.templates[source.manifestIndex - this.#build.dataSources.length]
  }

  #firstBlock(): number {
    return firstStartBlock(this.#build.dataSources)
  }

  /** The block after which nothing is left to do, when every data source says so. */
  #lastBlock(): number {
    return Math.max(
      ...this.#sources.map(({ source }) => source.endBlock ?? Number.POSITIVE_INFINITY),
    )
  }
}
