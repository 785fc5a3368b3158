import type { Pool, PoolClient } from 'pg'

/** The number of the deployment of a manifest, by its content id; null when there is none. */
export async function findDeployment(
  client: Pool | PoolClient,
  id: string,
): Promise<number | null> {
  const { rows } = await client.query(
    'select id from public.deployment_schemas where subgraph = $1',
    [id],
  )
  return rows[0]?.id ?? null
}
