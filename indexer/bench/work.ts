import pg from 'pg'
import { RpcClient } from '../chain/rpcClient.ts'

/** What there is once the transfers of a chain are indexed. */
export interface Work {
  readonly transfers: number
  /** Of all transfers together. */
  readonly value: bigint
  /** `id:balance:sent:received` of each account, ordered by id. */
  readonly accounts: readonly string[]
}

/** Where a host keeps what it has indexed. */
export interface WorkTables {
  readonly databaseUrl: string
  /** Postgres schema of the tables `account` and `transfer`. */
  readonly schema: string
  /** An account's id as text, `0x…`. */
  readonly id: string
  /** Which rows of `account` hold now. */
  readonly current: string
}

/** A host was done without having done what it was measured for. */
export class WorkMissingError extends Error {
  override readonly name = 'WorkMissingError'
}

/** Blocks of logs fetched at once. */
const RANGE = 1_000
/** How long a host may take until what it calls indexed can be read. */
const LATE_MS = 20_000

/** Adds up the transfers of a chain, with no host in between. */
export async function expectedWork(url: string, address: string, last: number): Promise<Work> {
  const rpc = new RpcClient(url)
  const accounts = new Map<string, { balance: bigint; sent: number; received: number }>()
  const account = (topic: string) => {
    const id = `0x${topic.slice(-40)}`
    const found = accounts.get(id) ?? { balance: 0n, sent: 0, received: 0 }
    accounts.set(id, found)
    return found
  }
  let transfers = 0
  let sum = 0n
  for (let from = 0; from <= last; from += RANGE) {
    const to = Math.min(last, from + RANGE - 1)
    const place = { address, fromBlock: `0x${from.toString(16)}`, toBlock: `0x${to.toString(16)}` }
    for (const log of await rpc.call<{ topics: string[]; data: string }[]>('eth_getLogs', place)) {
      const value = BigInt(log.data)
      const [sender, receiver] = [account(log.topics[1]), account(log.topics[2])]
      sender.balance -= value
      sender.sent += 1
      receiver.balance += value
      receiver.received += 1
      transfers += 1
      sum += value
    }
  }
  const lines = [...accounts].map(
    ([id, { balance, sent, received }]) => `${id}:${balance}:${sent}:${received}`,
  )
  return { transfers, value: sum, accounts: lines.sort() }
}

/** @throws WorkMissingError when a host's tables do not hold what the chain says. */
export async function checkWork(host: string, tables: WorkTables, expected: Work): Promise<void> {
  const client = new pg.Client({ connectionString: tables.databaseUrl })
  await client.connect()
  try {
    const end = Date.now() + LATE_MS
    for (;;) {
      const wrong = await difference(client, tables, expected)
      if (wrong === null) return
      if (Date.now() > end) throw new WorkMissingError(`${host} has not done its work: ${wrong}`)
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  } finally {
    await client.end()
  }
}

async function difference(
  client: pg.Client,
  { schema, id, current }: WorkTables,
  expected: Work,
): Promise<string | null> {
  const { rows } = await client.query(
    `select count(*)::text as count, coalesce(sum(value), 0)::text as sum from "${schema}".transfer`,
  )
  const { count, sum } = rows[0]
  if (count !== String(expected.transfers) || sum !== String(expected.value)) {
    return `it holds ${count} transfers of ${sum} together, the chain ${expected.transfers} of ${expected.value}`
  }
  const accounts = await client.query(
    `select concat_ws(':', ${id}, balance, sent, received) as line
       from "${schema}".account where ${current} order by 1`,
  )
  const lines: string[] = accounts.rows.map(({ line }) => line).sort()
  const at = expected.accounts.findIndex((line, index) => lines[index] !== line)
  if (at < 0 && lines.length === expected.accounts.length) return null
  return `its account ${lines[at]} is ${expected.accounts[at]} on the chain`
}
