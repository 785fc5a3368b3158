import type { AnswerValue } from '../sql/selectColumn.ts'

/** An entity that was fetched, and the entities that its fields led to. */
export interface EntityNode {
  readonly typeName: string
  readonly id: string
  /** Stored fields by name, as far as they were asked for. */
  readonly values: ReadonlyMap<string, AnswerValue>
  /** By response key; single fields have lists too, so that more than one can be noticed. */
  readonly children: Map<string, readonly EntityNode[]>
}
