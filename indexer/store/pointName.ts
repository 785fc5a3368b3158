import { randomUUID } from 'node:crypto'
import type { PoolClient } from 'pg'

/** Makes a deployment the current version of a name, which is made when it is missing. */
export async function pointName(
  client: PoolClient,
  name: string,
  deployment: string,
): Promise<void> {
  const seconds = Math.floor(Date.now() / 1000)
  const { rows } = await client.query(
    `insert into subgraphs.subgraph (id, name, created_at) values ($1, $2, $3)
     on conflict (name) do update set name = excluded.name
     returning id, current_version`,
    [randomUUID(), name, seconds],
  )
  const { id: subgraph, current_version: version } = rows[0]
  const { rowCount } = await client.query(
    'select 1 from subgraphs.subgraph_version where id = $1 and deployment = $2',
    [version, deployment],
  )
  if (rowCount === 1) return
  const next = randomUUID()
  await client.query('insert into subgraphs.subgraph_version values ($1, $2, $3, $4)', [
    next,
    subgraph,
    deployment,
    seconds,
  ])
  await client.query('update subgraphs.subgraph set current_version = $2 where id = $1', [
    subgraph,
    next,
  ])
}
