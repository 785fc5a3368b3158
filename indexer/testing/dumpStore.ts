import type pg from 'pg'
import { quoteIdentifier } from '../layout/quoteIdentifier.ts'
import type { EntityModel } from '../schema/entityModel.ts'

/**
 * All versions of all entities of a deployment as text, in an order that does not depend on how
 * they were written: two deployments of one history give the same.
 */
export async function dumpStore(
  pool: pg.Pool,
  namespace: string,
  model: EntityModel,
): Promise<Record<string, string[]>> {
  const dump: Record<string, string[]> = {}
  const tables = [...model.entities.map((type) => type.table), 'data_sources$', 'blocks$']
  for (const table of tables) {
    const { rows } = await pool.query(
      `select (to_jsonb(t) - 'vid')::text as row from ${namespace}.${quoteIdentifier(table)} t order by 1`,
    )
    dump[table] = rows.map(({ row }) => row)
  }
  return dump
}
