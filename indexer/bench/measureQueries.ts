import { createHash } from 'node:crypto'
import { Agent, request } from 'node:http'

/** Milliseconds that half, and all but a hundredth, of the queries took at most. */
export interface Percentiles {
  readonly p50: number
  readonly p99: number
}

/** How long queries took. */
export interface QueryTimes {
  /** All of them together. */
  readonly all: Percentiles
  /** Those of one shape, by the shape's name. */
  readonly each: Readonly<Record<string, Percentiles>>
}

/** By how many clients asked at once. */
export interface QueryFigures {
  readonly alone: QueryTimes
  readonly sixteen: QueryTimes
  /** What the queries of one client were answered with, as it came. */
  readonly answers: readonly Answer[]
}

/** A query with what it was answered with, shortened to a hash. */
export interface Answer {
  readonly query: string
  readonly hash: string
}

interface Asked {
  readonly account: string
  readonly number: number
}

interface Timed {
  readonly shape: string
  readonly ms: number
}

/** What applications ask a token's subgraph, each with an argument that changes. */
const QUERIES: Readonly<Record<string, (asked: Asked) => string>> = {
  account: ({ account }) => `{ account(id: "${account}") { id balance sent received } }`,
  accountTransfers: ({ account }) =>
    `{ account(id: "${account}") { transfersFrom(first: 10, orderBy: block, orderDirection: desc) { id value block } } }`,
  topAccounts: ({ number }) =>
    `{ accounts(first: 20, orderBy: balance, orderDirection: desc, where: { sent_gt: ${number % 20} }) { id balance } }`,
  transfersFrom: ({ account }) =>
    `{ transfers(first: 20, where: { from: "${account}" }, orderBy: timestamp, orderDirection: desc) { id to { id } value } }`,
  transfersSince: ({ number }) =>
    `{ transfers(first: 50, where: { block_gte: ${number} }, orderBy: block) { id from { id balance } value } }`,
  accountsPage: ({ number }) =>
    `{ accounts(first: 10, skip: ${number % 500}, orderBy: received) { id received } }`,
  accountAtBlock: ({ account, number }) =>
    `{ account(id: "${account}", block: { number: ${number} }) { balance } }`,
  transfersOfAccount: ({ account }) =>
    `{ transfers(first: 10, where: { or: [{ from: "${account}" }, { to: "${account}" }] }) { id value } }`,
  largeTransfers: ({ number }) =>
    `{ transfers(first: 20, where: { value_gt: "${number}000000000000000", block_lt: ${number} }) { id value } _meta { block { number hash } } }`,
  accountsAfter: ({ account }) =>
    `{ accounts(first: 5, where: { id_gt: "${account}" }) { id transfersTo(first: 5) { value } } }`,
}
const SHAPES = Object.keys(QUERIES)

/** Queries that are asked before the clock starts, at most. */
const WARM_UP = 200

/**
 * Asks a host typical queries with arguments that hardly ever repeat.
 *
 * @param last the chain's last block.
 * @param count queries for each number of clients.
 */
export async function measureQueries(
  url: string,
  accounts: readonly string[],
  last: number,
  count: number,
): Promise<QueryFigures> {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })
  const answers: Answer[] = []
  let next = 0
  const ask = async (kept: Answer[] | null): Promise<Timed> => {
    const index = next++
    const account = accounts[(index * 7) % accounts.length]
    const number = 2 + ((index * 13) % (last - 2))
    const shape = SHAPES[index % SHAPES.length]
    const query = QUERIES[shape]({ account, number })
    const started = performance.now()
    const answer = await post(agent, url, JSON.stringify({ query }))
    const ms = performance.now() - started
    if (!answer.startsWith('{"data"')) throw new Error(`${query} is answered with ${answer}`)
    kept?.push({ query, hash: createHash('sha256').update(answer).digest('hex') })
    return { shape, ms }
  }
  const many = async (clients: number, queries: number, kept: Answer[] | null) => {
    const times: Timed[] = []
    const client = async () => {
      while (times.length < queries) times.push(await ask(kept))
    }
    await Promise.all(Array.from({ length: clients }, client))
    return queryTimes(times)
  }
  await many(1, Math.min(WARM_UP, count), null)
  const alone = await many(1, count, answers)
  const figures = { alone, sixteen: await many(16, count, null), answers }
  agent.destroy()
  return figures
}

function queryTimes(times: readonly Timed[]): QueryTimes {
  const of = (some: readonly Timed[]) => percentiles(some.map(({ ms }) => ms))
  const byShape = Map.groupBy(times, ({ shape }) => shape)
  const each = SHAPES.flatMap((shape) => {
    const ofShape = byShape.get(shape)
    return ofShape === undefined ? [] : [[shape, of(ofShape)]]
  })
  return { all: of(times), each: Object.fromEntries(each) }
}

function percentiles(times: readonly number[]): Percentiles {
  const sorted = times.toSorted((one, other) => one - other)
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
  return { p50: at(0.5), p99: at(0.99) }
}

function post(agent: Agent, url: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        agent,
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk) => chunks.push(chunk))
        response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
        response.on('error', reject)
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Queries that two hosts, asked the same, answered otherwise. */
export function differentAnswers(one: QueryFigures, other: QueryFigures): string[] {
  return one.answers.flatMap(({ query, hash }, index) =>
    hash === other.answers[index]?.hash ? [] : query,
  )
}
