import type { Pool, PoolClient } from 'pg'
import type { BlockInfo, Deployment } from '../deployment.ts'
import { QueryError, QueryErrors } from '../errors/queryError.ts'
import type { ReadPoint } from '../sql/readPoint.ts'
import { NotNewestError } from './notNewestError.ts'
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

/** A state of the store to read from. */
export interface Snapshot {
  readonly client: PoolClient
  /** The newest block that a query of it knows of; the state holds all of its data. */
  readonly head: BlockInfo
  /**
   * Whether the state ends with that block: `true` and `false` for certain, or else SQL that tells
   * of the state that a statement sees.
   */
  readonly endsWithHead: boolean | string
}

/** Where to read the entities of a block. */
export function readPoint(
  { number }: { readonly number: number },
  { head, endsWithHead }: Snapshot,
): ReadPoint {
  if (number !== head.number || endsWithHead === false) {
    return { block: number, isNewest: false, check: null }
  }
  return { block: number, isNewest: true, check: endsWithHead === true ? null : endsWithHead }
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
  work: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  let { head, revision } = first
  for (let attempt = 0; attempt < ATTEMPTS && head; attempt++) {
    const at: BlockInfo = head
    const isValid = async () => {
      if (revision !== null && deployment.revision?.() === revision) return true
      return isOnChain(deployment, at)
    }
    const answer = await withClient(deployment.pool, async (client) => {
      const check = endCheck(deployment, at)
      if (statements === 1) {
        const result = await oneStatement(client, at, check, work)
        return { result: { result, valid: await isValid() }, closed: null }
      }
      return inTransaction(client, check, async (endsWithHead) => {
        const working = work({ client, head: at, endsWithHead })
        const [result, valid] = await Promise.all([working, isValid()])
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

/** SQL that is true where the tables end with a block; null where that cannot be told. */
function endCheck({ newestHashSql }: Deployment, { hash }: BlockInfo): string | null {
  return newestHashSql === undefined ? null : `${newestHashSql} = '\\x${hash.slice(2)}'::bytea`
}

/** A statement is a snapshot by itself, of which it tells only with its rows where it ends. */
async function oneStatement<T>(
  client: PoolClient,
  head: BlockInfo,
  check: string | null,
  work: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  try {
    return await work({ client, head, endsWithHead: check ?? false })
  } catch (error) {
    if (!(error instanceof NotNewestError)) throw error
    return work({ client, head, endsWithHead: false })
  }
}

/** The snapshot is taken by the first statement of the transaction, not by its beginning. */
async function inTransaction<T>(
  client: PoolClient,
  check: string | null,
  work: (endsWithHead: boolean) => Promise<T>,
): Promise<Used<T>> {
  const begin = 'begin transaction isolation level repeatable read read only'
  const results = (await client.query(`${begin}; select ${check ?? false} as ends`)) as unknown
  const [, { rows }] = results as [unknown, { readonly rows: readonly [{ ends: boolean | null }] }]
  try {
    return { result: await work(rows[0].ends === true), closed: client.query('rollback') }
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
