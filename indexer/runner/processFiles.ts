import { DeterministicError, TransientError } from '../errors/hostErrors.ts'
import { EntityCache, type KnownEntities } from '../store/entityCache.ts'
import type { EntityChange } from '../store/entityChange.ts'
import type { MappingModule } from '../wasm/mappingModule.ts'
import { Suspension } from '../wasm/suspension.ts'
import type { BlockEnvironment } from './blockEnvironment.ts'
import { FileContext } from './fileContext.ts'
import { type FileSource, FileSources, type FileTrigger, type WantedFile } from './fileSources.ts'
import type { BlockContext } from './triggerContext.ts'

/** What became of file data sources in a block. */
export interface FilesOutcome {
  readonly changes: readonly EntityChange[]
  readonly created: readonly FileSource[]
  /** Those whose handlers ran. */
  readonly done: readonly FileSource[]
}

/** What a file's handler finds: nothing of what others wrote. */
const NOTHING: KnownEntities = {
  get: () => null,
  load: async () => {},
  storedReferring: () => new Map(),
  loadReferring: async () => {},
  unwritten: () => [],
}

/**
 * Makes the file data sources that a block's handlers asked for, and runs the handlers of the files
 * that have come. Each one writes into a causality region of its own.
 *
 * @param shared what the block's handlers share.
 * @param wanted by handlers of the chain.
 * @throws TransientError when one fails, be it deterministically: that a file came is not.
 */
export async function processFiles(
  environment: BlockEnvironment,
  shared: BlockContext,
  wanted: readonly WantedFile[],
): Promise<FilesOutcome> {
  const { files = { sources: new FileSources(), arrived: [] } } = environment
  const { block, build } = shared
  const changes: EntityChange[] = []
  const done: FileSource[] = []
  const created = new FileSources()
  const list: FileSource[] = []
  const create = (each: WantedFile, creationBlock: number) => {
    if (files.sources.has(each) || created.has(each)) {
      shared.log(
        'warning',
        `the file data source \`${each.source.name}\` of ${each.file} is there already`,
      )
      return
    }
    const region = Math.max(files.sources.nextRegion, created.nextRegion)
    const source = { ...each, creationBlock, region }
    created.add(source)
    list.push(source)
  }
  for (const each of wanted) create(each, block.number)
  let { sequence } = shared.cache
  for (const { file, bytes } of files.arrived) {
    for (const source of files.sources.waitingFor(file)) {
      const cache = new EntityCache(build.model, NOTHING, block.number, sequence)
      const context = await runHandler(environment, { ...shared, cache }, source, bytes)
      // Its own block is that in which its source was made.
      for (const each of context.wantedFiles) create(each, source.creationBlock)
      for (const change of await cache.changes()) {
        changes.push(inRegion(change, source.region))
      }
      sequence = cache.sequence
      done.push(source)
    }
  }
  return { changes, created: list, done }
}

async function runHandler(
  environment: BlockEnvironment,
  shared: BlockContext,
  file: FileSource,
  bytes: Uint8Array,
): Promise<FileContext> {
  const { source } = file
  const handler = source.fileHandler?.handler as string
  const module = environment.modules.get(source.wasmId) as MappingModule
  for (;;) {
    const context = new FileContext(shared, file)
    try {
      module.run(handler, (heap) => heap.bytes(bytes), context)
      if (context.created.length > 0) {
        throw new TransientError(
          'Attempted to create on-chain data source in offchain data source handler. This is not yet supported.',
        )
      }
      shared.cache.commitHandler()
      for (const [level, message] of context.messages) shared.log(level, message)
      return context
    } catch (error) {
      shared.cache.discardHandler()
      if (error instanceof Suspension) {
        await error.load()
        continue
      }
      const trigger: FileTrigger = { kind: 'file', source: file, handler, file: file.file }
      environment.failed?.(shared.block, trigger, error)
      throw fileError(file, handler, error)
    }
  }
}

/** A failure in graph-node's words; whatever it is, the block is tried again. */
function fileError(file: FileSource, handler: string, error: unknown): unknown {
  const cause = error as Error
  if (error instanceof DeterministicError) {
    const message = `: ${cause.message} in handler \`${handler}\` at block #${file.creationBlock} ()`
    return new TransientError(message.replaceAll('\n', '\t'), { cause })
  }
  if (!(error instanceof TransientError)) return error
  const message = `failed to process trigger: ${error.recorded}`.replaceAll('\n', '\t')
  return new TransientError(message, { cause })
}

/** A change whose entity is one of its region alone. */
function inRegion(change: EntityChange, region: number): EntityChange {
  if (change.kind === 'remove') return change
  const { key } = change
  return { ...change, region, key: { ...key, text: `${key.text}\0${region}` } }
}
