import type { Deployment } from '../../graphql/deployment.ts'

/** What a deployment's tables take, in bytes and in rows as Postgres estimates them. */
export async function subgraphSize({ pool, namespace }: Deployment): Promise<object> {
  const { rows } = await pool.query(
    `select coalesce(sum(greatest(c.reltuples, 0)), 0)::int8::text as "rowEstimate",
            coalesce(sum(pg_relation_size(c.oid)), 0)::text as "tableSize",
            coalesce(sum(pg_indexes_size(c.oid)), 0)::text as "indexSize",
            coalesce(sum(pg_relation_size(nullif(c.reltoastrelid, 0))), 0)::text as "toastSize",
            coalesce(sum(pg_total_relation_size(c.oid)), 0)::text as "totalSize"
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and c.relkind = 'r'`,
    [namespace],
  )
  return rows[0]
}
