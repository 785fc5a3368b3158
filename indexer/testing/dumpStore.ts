import pg from 'pg'
import { quoteIdentifier } from '../layout/quoteIdentifier.ts'
import { parseSchema } from '../schema/parseSchema.ts'

/**
 * All versions of all entities of the newest deployment in a database, and its head, as text: two
 * indexers of one history give the same, however they came to it.
 *
 * @param clusterUrl any database of the cluster.
 */
export async function dumpStore(clusterUrl: string, database: string): Promise<string[]> {
  const url = new URL(clusterUrl)
  url.pathname = `/${database}`
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  try {
    const { rows: found } = await client.query(
      `select s.name, m.schema, encode(h.block_hash, 'hex') as head, h.block_number as number
         from public.deployment_schemas s
         join subgraphs.subgraph_manifest m using (id) join subgraphs.head h using (id)
        order by s.id desc limit 1`,
    )
    const { name, schema, head, number } = found[0]
    const dump = [`head ${number} ${head}`]
    const model = parseSchema(schema)
    const buckets = model.aggregations.flatMap((type) => Object.values(type.tables))
    const tables = [...model.entities.map((type) => type.table), ...buckets]
    for (const table of [...tables, 'poi2$', 'data_sources$']) {
      const { rows } = await client.query(
        `select (to_jsonb(t) - 'vid')::text as row from ${name}.${quoteIdentifier(table)} t order by 1`,
      )
      dump.push(...rows.map(({ row }) => `${table} ${row}`))
    }
    return dump
  } finally {
    await client.end()
  }
}
