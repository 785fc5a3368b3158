import { join } from 'node:path'
import { checkMoney } from '@tributary/cli/sample/money/checkMoney'
import { readMoney } from '@tributary/cli/sample/money/readMoney'
import { connectContracts } from '@tributary/contracts/connect'
import { readDeployment } from '@tributary/contracts/deployment/readDeployment'
import { decodeVector } from '@tributary/protocol/attribution/vector'
import { inferenceNo } from '@tributary/protocol/ids/inferenceNo'
import { type EventLog, JsonRpcProvider } from 'ethers'
import type { RunningSystem } from './RunningSystem.ts'
import { withAppDatabase } from './withAppDatabase.ts'

/**
 * Everything that must hold between the gateway's database, the chain, the subgraph and the ledger
 * once all answers are paid: what does not, in words. Each figure is read from where it is kept.
 */
export async function brokenEqualities(system: RunningSystem): Promise<string[]> {
  const { urls } = system
  const deployment = await readDeployment(join(system.dataFolder, 'deployment.json'))
  if (!deployment) return ['deployment.json is gone']
  const provider = new JsonRpcProvider(urls.RPC_URL, deployment.chainId, {
    staticNetwork: true,
    cacheTimeout: -1,
  })
  try {
    const broken: string[] = []
    const equal = (what: string, one: unknown, other: unknown) => {
      if (String(one) !== String(other)) broken.push(`${what}: ${one} and ${other}`)
    }
    const gateway = await readGateway(urls.DATABASE_URL)
    const { settlement, escrow } = connectContracts(deployment, provider)
    const { serviceId } = deployment

    equal('answers and receipts', gateway.answers.length, gateway.vectors.length)
    for (const [at, answer] of gateway.answers.entries()) {
      equal('numbers of answers', answer.number, inferenceNo(serviceId, BigInt(at + 1)))
    }
    for (const { number, vector } of gateway.vectors) {
      const sum = decodeVector(vector).reduce((total, { ppm }) => total + ppm, 0)
      equal(`the vector of answer ${number}`, sum, 1_000_000)
    }
    const fees = gateway.answers.reduce((sum, { fee }) => sum + fee, 0n)

    // The chain: each answer in exactly one batch, and the payer charged what was metered.
    const service = await settlement.service(serviceId)
    equal(
      'answers metered and committed',
      inferenceNo(serviceId, BigInt(gateway.answers.length + 1)),
      service.nextInferenceNo,
    )
    const batches = await logs('InferenceBatchCommitted')
    let next = inferenceNo(serviceId, 1n)
    for (const { args } of batches) {
      equal(`the beginning of batch ${args.batchId}`, args.firstInferenceNo, next)
      next = args.firstInferenceNo + args.count
    }
    equal('fees of answers and batches', fees, sumOf(batches.map(({ args }) => args.fees)))
    const collected = await Promise.all(
      gateway.payers.map(async (payerId) => {
        return (await escrow.collectedOf(payerId, serviceId)).cumulative as bigint
      }),
    )
    equal('fees metered and collected', fees, sumOf(collected))

    // Nothing twice: an account's payments rise to exactly what the ledger gives it.
    const earned = new Map(
      (
        await ledger<{ account_id: string; wei: string }>(
          'SELECT account_id, toString(sum(wei * sign)) AS wei FROM tributary.ledger GROUP BY account_id',
        )
      ).map(({ account_id, wei }) => [BigInt(account_id), BigInt(wei)]),
    )
    const paid = new Map<bigint, bigint>()
    for (const { args } of await logs('Paid')) {
      const cumulative = (paid.get(args.accountId) ?? 0n) + args.amount
      equal(`payments to account ${args.accountId}`, cumulative, args.cumulative)
      paid.set(args.accountId, cumulative)
    }
    for (const accountId of new Set([...earned.keys(), ...paid.keys()])) {
      const wei = earned.get(accountId) ?? 0n
      equal(`account ${accountId}, ledger and payments`, wei, paid.get(accountId) ?? 0n)
      equal(`account ${accountId}, ledger and contract`, wei, await settlement.paidOf(accountId))
    }

    // The ledger: each answer once, its lines summing to its fee, its evidence not doubled.
    const lines = new Map(
      (
        await ledger<{ number: string; wei: string; lines: string; different: string }>(
          `SELECT toString(inference_no) AS number, toString(sum(wei * sign)) AS wei,
             toString(sum(sign)) AS lines, toString(uniqExact(line_no)) AS different
           FROM tributary.ledger GROUP BY inference_no`,
        )
      ).map((row) => [row.number, row]),
    )
    for (const { number, fee } of gateway.answers) {
      const row = lines.get(number.toString())
      equal(`answer ${number}, fee and ledger`, fee, row?.wei)
      equal(`answer ${number}, lines in the ledger`, row?.lines, row?.different)
    }
    const [rows] = await ledger<{ rows: string; different: string }>(
      `SELECT toString(count()) AS rows, toString(uniqExact(inference_no)) AS different
       FROM tributary.inference`,
    )
    equal('answers in the analytics', rows?.rows, gateway.answers.length)
    equal('answers in the analytics, each once', rows?.rows, rows?.different)
    const [evidence] = await ledger<{ rows: string; different: string }>(
      `SELECT toString(count()) AS rows, toString(uniqExact(
         inference_no, path, record_no, cluster_id, span_start, span_len)) AS different
       FROM tributary.evidence`,
    )
    equal('rows of evidence, each once', evidence?.rows, evidence?.different)
    const [records] = await ledger<{ rows: string; different: string }>(
      `SELECT toString(count()) AS rows, toString(uniqExact(record_no)) AS different
       FROM tributary.record`,
    )
    equal('records, each once', records?.rows, records?.different)

    const money = await readMoney({
      provider,
      deployment,
      subgraphUrl: urls.SUBGRAPH_URL,
      clickhouseUrl: urls.CLICKHOUSE_URL,
    })
    equal('fees of gateway and analytics', fees, money.feeWei)
    return [...broken, ...checkMoney(money)]

    async function logs(event: string): Promise<EventLog[]> {
      const filter = settlement.filters[event]
      if (!filter) throw new Error(`the contract has no event ${event}`)
      return (await settlement.queryFilter(filter(), deployment?.startBlock)) as EventLog[]
    }

    async function ledger<Row>(sql: string): Promise<Row[]> {
      const response = await fetch(urls.CLICKHOUSE_URL, {
        method: 'POST',
        body: `${sql} FORMAT JSON`,
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`ClickHouse: ${text.slice(0, 300)}`)
      return (JSON.parse(text) as { data: Row[] }).data
    }
  } finally {
    provider.destroy()
  }
}

/** What the gateway has metered and signed, by number. */
function readGateway(databaseUrl: string) {
  return withAppDatabase(databaseUrl, async (client) => {
    const answers = await client.query('select inference_no, fee from inference order by 1')
    const receipts = await client.query('select inference_no, entry from receipt order by 1')
    const payers = await client.query('select payer_id from payer_meter order by 1')
    return {
      answers: answers.rows.map((row) => ({
        number: BigInt(row.inference_no),
        fee: BigInt(row.fee),
      })),
      vectors: receipts.rows.map((row) => ({
        number: BigInt(row.inference_no),
        vector: row.entry.vector as string,
      })),
      payers: payers.rows.map((row) => BigInt(row.payer_id)),
    }
  })
}

const sumOf = (values: bigint[]) => values.reduce((total, value) => total + value, 0n)
