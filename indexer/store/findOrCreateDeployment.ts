import type { Pool, PoolClient } from 'pg'
import type { SubgraphBuild } from '../manifest/subgraphBuild.ts'
import { createDeployment } from './createDeployment.ts'
import { type DroppedAssignment, dropDeployment, lockDeployment } from './dropDeployment.ts'
import { findDeployment } from './findDeployment.ts'
import type { ReadBlock } from './graft/copyGraft.ts'
import { inTransaction } from './inTransaction.ts'
import { pointName } from './pointName.ts'

/** What a deployment is made with. */
export interface DeployContext {
  readonly warn: (message: string) => void
  readonly readBlock: ReadBlock
}

/**
 * Finds the deployment of a build, or makes it, and points a name to it.
 *
 * @returns its number.
 * @throws ManifestError, GraftError when it is a graft that cannot be made.
 */
export async function findOrCreateDeployment(
  pool: Pool,
  build: SubgraphBuild,
  name: string,
  { warn, readBlock }: DeployContext,
): Promise<number> {
  return inTransaction(pool, async (client) => {
    await lockDeployment(client, build.id)
    const found = await findDeployment(client, build.id)
    const isOld = found !== null && !(await hasProofTable(client, found))
    const assignment = isOld ? await dropDeployment(client, found) : null
    const number =
      found === null || isOld ? await createDeployment(client, build, readBlock) : found
    if (isOld) {
      if (assignment !== null) await assignAgain(client, number, assignment)
      warn(
        `sgd${found} was made by an earlier version, without proofs of indexing: ${name} is indexed anew into sgd${number}, and sgd${found} is dropped`,
      )
    }
    await pointName(client, name, build.id)
    return number
  })
}

/** Schemas of versions that kept no proofs of indexing lack their table. */
async function hasProofTable(client: PoolClient, number: number): Promise<boolean> {
  const { rows } = await client.query('select to_regclass($1) is not null as has', [
    `sgd${number}."poi2$"`,
  ])
  return rows[0].has
}

async function assignAgain(
  client: PoolClient,
  number: number,
  { node, pausedAt }: DroppedAssignment,
): Promise<void> {
  await client.query(
    `insert into subgraphs.subgraph_deployment_assignment (id, node_id, paused_at)
     values ($1, $2, $3)`,
    [number, node, pausedAt],
  )
}
