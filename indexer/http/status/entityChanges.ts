import type { QueryTable } from '../../graphql/catalog/catalog.ts'
import type { Deployment } from '../../graphql/deployment.ts'
import { interfaceOf } from '../../graphql/execute/interfaceOf.ts'
import { type AnswerValue, decodeColumn, selectColumn } from '../../graphql/sql/selectColumn.ts'

/** What a block wrote and removed, by type, each sorted by id. */
export interface EntityChanges {
  readonly updates: readonly { readonly type: string; readonly entities: readonly object[] }[]
  readonly deletions: readonly { readonly type: string; readonly entities: readonly string[] }[]
}

/**
 * Entities that a block wrote or removed. Unlike graph-node's, this works with immutable types and
 * aggregations too.
 */
export async function entityChanges(deployment: Deployment, block: number): Promise<EntityChanges> {
  const { model } = deployment
  const { catalog } = interfaceOf(deployment)
  const updates: { type: string; entities: object[] }[] = []
  const deletions: { type: string; entities: string[] }[] = []
  const names = model.entities.map(({ name }) => name).sort()
  for (const type of names) {
    const table = catalog.type(type, null)?.tables[0] as QueryTable
    const written = await rows(deployment, table, writtenAt(table), block)
    if (written.length > 0) updates.push({ type, entities: written.map(withoutNulls) })
    if (table.immutable) continue
    const kept = new Set(written.map(({ id }) => id))
    const closed = await rows(deployment, table, 'upper(c.block_range) = $1', block)
    const gone = closed.map(({ id }) => String(id)).filter((id) => !kept.has(id))
    if (gone.length > 0) deletions.push({ type, entities: gone })
  }
  return { updates, deletions }
}

function writtenAt(table: QueryTable): string {
  return table.immutable ? 'c.block$ = $1' : 'lower(c.block_range) = $1'
}

async function rows(
  { pool }: Deployment,
  table: QueryTable,
  condition: string,
  block: number,
): Promise<Record<string, AnswerValue>[]> {
  const fields = [...table.fields.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  const columns = fields.map((field) => selectColumn(field, 'c')).join(', ')
  const result = await pool.query({
    text: `select ${columns} from ${table.sqlName} c where ${condition} order by c.id`,
    values: [block],
    rowMode: 'array',
  })
  return result.rows.map((row: (string | null)[]) =>
    Object.fromEntries(fields.map((field, place) => [field.name, decodeColumn(field, row[place])])),
  )
}

function withoutNulls(entity: Record<string, AnswerValue>): object {
  return Object.fromEntries(Object.entries(entity).filter(([, value]) => value !== null))
}
