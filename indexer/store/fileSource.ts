import type { EntityData } from '../values/storeValue.ts'

/** A file data source that a handler created from a template, as the store keeps it. */
export interface StoredFileSource {
  /** Place of the template in the manifest: data sources first, then templates. */
  readonly manifestIndex: number
  /** What is waited for: `<content id>[/<path>]`. */
  readonly file: string
  readonly context: EntityData
  readonly creationBlock: number
  /** Tells its entities apart from those of all others: 1 and up. */
  readonly causalityRegion: number
  /** The block in which its handler ran; null as long as the file has not come. */
  readonly doneAt: number | null
}
