import type { PoolClient } from 'pg'
import type { BlockInfo, Deployment } from '../deployment.ts'
import { QueryError } from '../errors/queryError.ts'

const ATTEMPTS = 4

/**
 * Runs a query's work against one unchanging state of the store.
 *
 * The head is read first and the snapshot taken after it, so that the snapshot holds all data of
 * the head's block. If that block is no longer on the chain once the snapshot stands, a reorg came
 * between the two, and both are taken again. Later changes cannot be seen in the snapshot.
 */
export async function withSnapshot<T>(
  deployment: Deployment,
  firstHead: BlockInfo,
  work: (client: PoolClient, head: BlockInfo) => Promise<T>,
): Promise<T> {
  let head: BlockInfo | null = firstHead
  for (let attempt = 0; attempt < ATTEMPTS && head; attempt++) {
    const client = await deployment.pool.connect()
    let failed = true
    try {
      // The snapshot is taken by the first statement, not by `begin`.
      await client.query('begin transaction isolation level repeatable read read only; select 1')
      if (await isOnChain(deployment, head)) {
        const result = await work(client, head)
        failed = false
        return result
      }
      failed = false
    } finally {
      await endSnapshot(client, failed)
    }
    head = await deployment.headBlock()
  }
  throw new QueryError('the chain was reorganized while executing the query', {
    attestable: false,
  })
}

async function isOnChain(deployment: Deployment, head: BlockInfo): Promise<boolean> {
  const hash = await deployment.blockHash(head.number)
  if (hash !== null) return hash === head.hash
  return (await deployment.headBlock())?.hash === head.hash
}

async function endSnapshot(client: PoolClient, failed: boolean): Promise<void> {
  try {
    await client.query('rollback')
    client.release()
  } catch (error) {
    // The connection is of no more use; the error that broke it is on its way if there was one.
    client.release(true)
    if (!failed) throw error
  }
}
