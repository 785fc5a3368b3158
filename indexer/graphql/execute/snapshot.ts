import type { Pool, PoolClient } from 'pg'
import type { BlockInfo, Deployment } from '../deployment.ts'
import { QueryError, QueryErrors } from '../errors/queryError.ts'
import { Slots } from './slots.ts'

const ATTEMPTS = 4

/** The newest indexed block, and the deployment's revision from before it was read. */
export interface SeenHead {
  readonly head: BlockInfo | null
  readonly revision: number | null
}

export async function seeHead(deployment: Deployment): Promise<SeenHead> {
  const revision = deployment.revision?.() ?? null
  return { revision, head: await deployment.headBlock() }
}

/**
 * Runs a query's work against one unchanging state of the store.
 *
 * The head is read first and the snapshot taken after it, so that the snapshot holds all data of
 * the head's block. If that block is no longer on the chain once the snapshot stands, a reorg came
 * between the two, and both are taken again. Later changes cannot be seen in the snapshot. The
 * deployment's revision tells that without asking the store; without one the block is looked up.
 *
 * @param statements how many statements the work may run; one alone is a snapshot by itself.
 */
export async function withSnapshot<T>(
  deployment: Deployment,
  first: SeenHead,
  statements: number,
  work: (client: PoolClient, head: BlockInfo) => Promise<T>,
): Promise<T> {
  let { head, revision } = first
  for (let attempt = 0; attempt < ATTEMPTS && head; attempt++) {
    const at: BlockInfo = head
    const isValid = async () => {
      if (revision !== null && deployment.revision?.() === revision) return true
      return isOnChain(deployment, at)
    }
    const answer = await withClient(deployment.pool, async (client) => {
      if (statements === 1) {
        const result = await work(client, at)
        return { result: { result, valid: await isValid() }, closed: null }
      }
      return inTransaction(client, async () => {
        const [result, valid] = await Promise.all([work(client, at), isValid()])
        return { result, valid }
      })
    })
    if (answer.valid) return answer.result
    ;({ head, revision } = await seeHead(deployment))
  }
  throw new QueryError('the chain was reorganized while executing the query', {
    attestable: false,
  })
}

const slotsOf = new WeakMap<Pool, Slots>()

/** What a connection was used for, and when it may be used for something else; null for at once. */
interface Used<T> {
  readonly result: T
  readonly closed: Promise<unknown> | null
}

/**
 * Queries take half of a pool's connections at most: while they hold one they ask the deployment
 * for blocks, and if all were taken by queries, each would wait for the others for ever.
 */
async function withClient<T>(
  pool: Pool,
  use: (client: PoolClient) => Promise<Used<T>>,
): Promise<T> {
  let slots = slotsOf.get(pool)
  if (!slots) {
    slots = new Slots(Math.max(1, Math.floor(pool.options.max / 2)))
    slotsOf.set(pool, slots)
  }
  const giveBack = await slots.take()
  let client: PoolClient
  try {
    client = await pool.connect()
  } catch (error) {
    giveBack()
    throw error
  }
  const release = (broken: boolean) => {
    client.release(broken)
    giveBack()
  }
  try {
    const { result, closed } = await use(client)
    if (closed === null) release(false)
    // The answer need not wait for the end of its transaction, which changes nothing.
    else
      closed.then(
        () => release(false),
        () => release(true),
      )
    return result
  } catch (error) {
    // What is no fault of the query may have left the connection in any state.
    release(!isQueryError(error))
    throw error
  }
}

/** The snapshot is taken by the first statement of the transaction, not by its beginning. */
async function inTransaction<T>(client: PoolClient, work: () => Promise<T>): Promise<Used<T>> {
  await client.query('begin transaction isolation level repeatable read read only; select 1')
  try {
    return { result: await work(), closed: client.query('rollback') }
  } catch (error) {
    if (isQueryError(error)) await client.query('rollback')
    throw error
  }
}

function isQueryError(error: unknown): boolean {
  return error instanceof QueryError || error instanceof QueryErrors
}

async function isOnChain(deployment: Deployment, head: BlockInfo): Promise<boolean> {
  const hash = await deployment.blockHash(head.number)
  if (hash !== null) return hash === head.hash
  return (await deployment.headBlock())?.hash === head.hash
}
