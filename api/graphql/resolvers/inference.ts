import { decodeVector } from '@tributary/protocol/attribution/vector'
import { batchEntryFromJson } from '@tributary/protocol/batches/batchBody'
import { inferenceLines, type LedgerLine } from '@tributary/protocol/fees/inferenceLines'
import { BASE_ACCOUNT, COMMONS_ACCOUNT } from '@tributary/protocol/ids/accounts'
import { receiptFromJson, receiptLeaf } from '@tributary/protocol/receipts/receipt'
import { GraphQLError } from 'graphql'
import { type InferenceRow, inferenceRow, inferenceRows } from '../../receipts/inferenceRow.ts'
import { batchOf, inferenceStates } from '../../receipts/inferenceStates.ts'
import type { Context } from '../context.ts'
import { pageSize } from '../pageSize.ts'
import { ROLE_NAMES } from '../roles.ts'
import { dateTime } from '../scalars/dateTime.ts'

export const inferenceQuery = async (_: unknown, { id }: { id: string }, { parts }: Context) =>
  (await inferenceRow(parts.database, id)) ?? null

export const inferencesQuery = async (
  _: unknown,
  { first, before }: { first?: number | null; before?: bigint | null },
  { parts }: Context,
) => {
  const size = pageSize(first, 20)
  const rows = await inferenceRows(parts.database, {
    limit: size + 1,
    ...(before === undefined || before === null ? {} : { before: before.toString() }),
  })
  const nodes = rows.slice(0, size)
  return { nodes, next: rows.length > size ? (nodes.at(-1)?.inference_no ?? null) : null }
}

async function linesOf(row: InferenceRow, { parts }: Context): Promise<LedgerLine[]> {
  if (!row.entry) return []
  return inferenceLines(
    batchEntryFromJson(row.entry),
    await parts.chain.paramsOf(row.params_version),
  )
}

async function statesOf(row: InferenceRow, context: Context) {
  const { subgraph } = context.parts
  const [heads, batch, lines] = await Promise.all([
    context.heads(),
    batchOf(subgraph, row.inference_no),
    linesOf(row, context),
  ])
  const credited = lines.filter(({ wei }) => wei > 0n).map(({ accountId }) => accountId.toString())
  return inferenceStates({ subgraph, heads, row, batch, accounts: [...new Set(credited)] })
}

export const Inference = {
  inferenceNo: (row: InferenceRow) => row.inference_no,
  requestId: (row: InferenceRow) => row.request_id,
  model: async (row: InferenceRow, _: unknown, { loaders }: Context) => {
    const model = await loaders.model.load(row.model_id)
    if (model) return model
    throw new GraphQLError(`model ${row.model_id} is not on this chain any more`)
  },
  public: (row: InferenceRow) => row.is_public,
  messages: (row: InferenceRow) => (row.is_public ? row.messages : null),
  answer: (row: InferenceRow) => (row.is_public ? row.answer : null),
  tokensIn: (row: InferenceRow) => row.tokens_in,
  tokensOut: (row: InferenceRow) => row.tokens_out,
  paramsVersion: (row: InferenceRow) => row.params_version,
  issuedAt: (row: InferenceRow) => dateTime(Number(row.issued_at) / 1000),

  attribution: async (row: InferenceRow, _: unknown, context: Context) => {
    if (!row.result || !row.entry) return null
    const vector = decodeVector(row.entry.vector)
    const wei = new Map<string, bigint>()
    for (const line of await linesOf(row, context)) {
      if (line.path === 'vector') wei.set(`${line.accountId}:${line.clusterId}`, line.wei)
    }
    const reserved = (account: bigint) =>
      vector.find(({ accountId, clusterId }) => accountId === account && clusterId === 0n)?.ppm ?? 0
    return {
      basePpm: reserved(BASE_ACCOUNT),
      commonsPpm: reserved(COMMONS_ACCOUNT),
      rhoPpm: row.result.rhoPpm,
      evidenceRoot: row.result.evidenceRoot,
      spans: row.result.spans.map((span) => ({
        start: span.startChar,
        end: span.endChar,
        bits: span.bits / 65_536,
        df: span.df,
        qualified: span.qualified,
        // What a private answer took from whom is its payer's business; lengths are not.
        holders: span.holders,
      })),
      shares: vector
        .filter(({ clusterId }) => clusterId !== 0n)
        .sort((a, b) => b.ppm - a.ppm)
        .map(({ accountId, clusterId, ppm }) => ({
          account: context.loaders.account.load(accountId.toString()),
          clusterId,
          record: context.loaders.record.load(clusterId.toString()),
          text: row.is_public ? textOf(clusterId, context) : null,
          ppm,
          wei: wei.get(`${accountId}:${clusterId}`) ?? 0n,
        })),
    }
  },

  lines: async (row: InferenceRow, _: unknown, context: Context) =>
    (await linesOf(row, context)).map((line) => ({
      ...line,
      role: ROLE_NAMES[line.role],
      ppm: line.path === 'vector' ? line.ppm : null,
      label: context.loaders.label.load(line.accountId.toString()),
    })),

  receipt: async (row: InferenceRow, _: unknown, { parts }: Context) => {
    if (!row.entry || !row.signature) return null
    const batch = await batchOf(parts.subgraph, row.inference_no)
    const receipt = receiptFromJson(row.entry.receipt)
    return {
      json: JSON.stringify(row.entry.receipt),
      signature: row.signature,
      leaf: receiptLeaf(receipt),
      vectorRoot: receipt.vectorRoot,
      batchId: batch?.batchId ?? null,
      epochId: batch?.epoch?.epochId ?? null,
    }
  },

  state: async (row: InferenceRow, _: unknown, context: Context) =>
    (await statesOf(row, context)).at(-1)?.state ?? 'METERED',
  states: async (row: InferenceRow, _: unknown, context: Context) =>
    (await statesOf(row, context)).map((point) => ({ ...point, at: dateTime(point.timestamp) })),
  asOf: (_: unknown, __: unknown, context: Context) => context.asOf(),
}

async function textOf(recordNo: bigint, { loaders }: Context): Promise<string | null> {
  const record = await loaders.record.load(recordNo.toString())
  return record ? loaders.recordText.load(record.recordId) : null
}
