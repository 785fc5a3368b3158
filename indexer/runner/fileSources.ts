import type { BuiltSource } from '../manifest/subgraphBuild.ts'
import type { StoredFileSource } from '../store/fileSource.ts'
import { sameEntity } from '../values/sameValue.ts'
import type { EntityData } from '../values/storeValue.ts'

/** A file data source, as a handler asks for it. */
export interface WantedFile {
  /** Its template. */
  readonly source: BuiltSource
  /** `<content id>[/<path>]`. */
  readonly file: string
  readonly context: EntityData
}

/** A file data source that there is. */
export interface FileSource extends WantedFile {
  readonly creationBlock: number
  /** Tells its entities apart from those of all others: 1 and up. */
  readonly region: number
}

/** The handler of a file, and which. */
export interface FileTrigger {
  readonly kind: 'file'
  readonly source: { readonly source: FileSource['source'] }
  readonly handler: string
  readonly file: string
}

/** A file that has come. */
export interface ArrivedFile {
  /** `<content id>[/<path>]`. */
  readonly file: string
  readonly bytes: Uint8Array
}

/** The file data sources before a block, and what came for them. */
export interface FilesOfBlock {
  readonly sources: FileSources
  readonly arrived: readonly ArrivedFile[]
}

/** What the store keeps of a file data source whose file has not come yet. */
export function toStoredFile(source: FileSource): StoredFileSource {
  return {
    manifestIndex: source.source.index,
    file: source.file,
    context: source.context,
    creationBlock: source.creationBlock,
    causalityRegion: source.region,
    doneAt: null,
  }
}

/**
 * The file data sources of a deployment, after its last processed block: all of them, as none is
 * made twice, and those whose file has not come yet.
 */
export class FileSources {
  /** Contexts of all sources, by template and file. */
  readonly #known = new Map<string, EntityData[]>()
  readonly #pending = new Map<string, FileSource[]>()
  #lastRegion = 0

  /** @param templates of the manifest, the first of which has the index `firstTemplate`. */
  constructor(
    stored: readonly StoredFileSource[] = [],
    templates: readonly BuiltSource[] = [],
    firstTemplate = 0,
  ) {
    for (const { manifestIndex, file, context, creationBlock, causalityRegion, doneAt } of stored) {
      const source = templates[manifestIndex - firstTemplate]
      const known = { source, file, context, creationBlock, region: causalityRegion }
      if (doneAt === null) this.add(known)
      else this.#remember(known)
    }
  }

  /** Files that are waited for. */
  get files(): Iterable<string> {
    return this.#pending.keys()
  }

  /** The sources that wait for a file, in the order of their creation. */
  waitingFor(file: string): readonly FileSource[] {
    return this.#pending.get(file) ?? []
  }

  /** Whether there is a source that does the same, be its file handled or not. */
  has(wanted: WantedFile): boolean {
    const contexts = this.#known.get(keyOf(wanted))
    return contexts?.some((context) => sameEntity(context, wanted.context)) ?? false
  }

  /** The region after the last one that was given away. */
  get nextRegion(): number {
    return this.#lastRegion + 1
  }

  add(source: FileSource): void {
    this.#remember(source)
    const waiting = this.#pending.get(source.file)
    if (waiting === undefined) this.#pending.set(source.file, [source])
    else waiting.push(source)
  }

  /** Takes note that all handlers that waited for a file have run. */
  done(file: string): void {
    this.#pending.delete(file)
  }

  #remember(source: FileSource): void {
    this.#lastRegion = Math.max(this.#lastRegion, source.region)
    const key = keyOf(source)
    const contexts = this.#known.get(key)
    if (contexts === undefined) this.#known.set(key, [source.context])
    else contexts.push(source.context)
  }
}

function keyOf({ source, file }: WantedFile): string {
  return `${source.index} ${file}`
}
