import { randomUUID } from 'node:crypto'
import type { Pool } from 'pg'

/** A deployment that some node is to index, and a name that points to it. */
export interface Assignment {
  readonly name: string
  readonly deployment: string
  /** Name of the indexing node that it is given to. */
  readonly node: string
  readonly paused: boolean
}

/** What subgraphs there are by name, and which deployments are to be indexed. */
export class SubgraphNames {
  readonly #pool: Pool

  constructor(pool: Pool) {
    this.#pool = pool
  }

  /** Makes a name, to deploy to. @returns its id; that of the one there is, if there is one. */
  async create(name: string): Promise<string> {
    const { rows } = await this.#pool.query(
      `insert into subgraphs.subgraph (id, name, created_at) values ($1, $2, $3)
       on conflict (name) do update set name = excluded.name returning id`,
      [randomUUID(), name, Math.floor(Date.now() / 1000)],
    )
    return rows[0].id
  }

  async exists(name: string): Promise<boolean> {
    const { rowCount } = await this.#pool.query(
      'select 1 from subgraphs.subgraph where name = $1',
      [name],
    )
    return rowCount === 1
  }

  /** Forgets a name and its versions. What they indexed stays. */
  async remove(name: string): Promise<void> {
    await this.#pool.query(
      `with gone as (delete from subgraphs.subgraph where name = $1 returning id)
       delete from subgraphs.subgraph_version v using gone where v.subgraph = gone.id`,
      [name],
    )
  }

  /** The assigned deployments that a name points to, once for each name. */
  async assignments(): Promise<Assignment[]> {
    const { rows } = await this.#pool.query(
      `select s.name, v.deployment, a.node_id as node, a.paused_at is not null as paused
         from subgraphs.subgraph s
         join subgraphs.subgraph_version v on v.id = s.current_version
         join public.deployment_schemas d on d.subgraph = v.deployment
         join subgraphs.subgraph_deployment_assignment a on a.id = d.id
        order by s.name`,
    )
    return rows
  }

  /** Gives a deployment to a node. @returns whether it is paused, if it was assigned before. */
  async assign(deployment: string, node: string): Promise<boolean> {
    const { rows } = await this.#pool.query(
      `insert into subgraphs.subgraph_deployment_assignment (id, node_id)
       select id, $2 from public.deployment_schemas where subgraph = $1
       on conflict (id) do update set node_id = excluded.node_id
       returning paused_at is not null as paused`,
      [deployment, node],
    )
    return rows[0].paused
  }

  async unassign(deployment: string): Promise<void> {
    await this.#pool.query(
      `delete from subgraphs.subgraph_deployment_assignment a using public.deployment_schemas d
        where d.id = a.id and d.subgraph = $1`,
      [deployment],
    )
  }

  async setPaused(deployment: string, paused: boolean): Promise<void> {
    await this.#pool.query(
      `update subgraphs.subgraph_deployment_assignment a
          set paused_at = case when $2 then now() end
         from public.deployment_schemas d where d.id = a.id and d.subgraph = $1`,
      [deployment, paused],
    )
  }
}
