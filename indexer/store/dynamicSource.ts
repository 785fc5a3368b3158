import type { EntityData } from '../values/storeValue.ts'

/** A data source that a handler created from a template. */
export interface DynamicSource {
  /** Place of the template in the manifest: data sources first, then templates. */
  readonly manifestIndex: number
  /** `0x…` in lower case. */
  readonly address: string
  readonly context: EntityData
  readonly creationBlock: number
}
