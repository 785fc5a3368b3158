import { commitmentOf } from '@tributary/contracts/callData/commitmentTail'
import { batchEntryFromJson } from '@tributary/protocol/batches/batchBody'
import { inferenceLines } from '@tributary/protocol/fees/inferenceLines'
import type { FastifyInstance } from 'fastify'
import { toChainError } from '../chain/ChainError.ts'
import { readContent } from '../content/contentClient.ts'
import { GatewayError, sendGatewayError } from '../gateway/errors.ts'
import type { Parts } from '../http/Parts.ts'
import { inferenceRow } from './inferenceRow.ts'
import { batchOf, inferenceStates } from './inferenceStates.ts'

/**
 * `GET /v1/receipts/:id` (request id or inference number): the signed receipt and what is needed to
 * check it. Of a private answer neither text nor salts are shown; its payer holds them.
 * `GET /v1/batches/:serviceId/:batchId`: the batch body as it lies in the Alt-DA store.
 */
export function receiptRoutes(server: FastifyInstance, parts: () => Parts): void {
  server.get<{ Params: { id: string } }>('/v1/receipts/:id', async (request, reply) => {
    try {
      return await receiptBundle(parts(), request.params.id)
    } catch (error) {
      return sendGatewayError(reply, error)
    }
  })

  server.get<{ Params: { serviceId: string; batchId: string } }>(
    '/v1/batches/:serviceId/:batchId',
    async (request, reply) => {
      try {
        const { serviceId, batchId } = request.params
        const { subgraph, configuration, provider } = parts()
        const { batch } = await subgraph.query<{
          batch: { transactionHash: string; daCommitment: string } | null
        }>('query ($id: ID!) { batch(id: $id) { transactionHash daCommitment } }', {
          id: `${serviceId}-${batchId}`,
        })
        if (!batch) {
          throw new GatewayError(
            404,
            'batch_not_found',
            `service ${serviceId} has no batch ${batchId} on chain`,
          )
        }
        const transaction = await provider.getTransaction(batch.transactionHash).catch((error) => {
          throw toChainError(error)
        })
        const commitment = transaction
          ? commitmentOf(transaction.data, 'commitBatch', batch.daCommitment)
          : undefined
        if (!commitment) {
          throw new GatewayError(
            502,
            'commitment_unavailable',
            `the chain does not answer with the commitment of batch ${batchId}`,
          )
        }
        const url = `${configuration.daUrl}/get/${commitment}`
        const response = await fetch(url, { signal: AbortSignal.timeout(15_000) }).catch(() => null)
        if (!response?.ok) {
          throw new GatewayError(
            502,
            'body_unavailable',
            `the Alt-DA store does not answer with the body of batch ${batchId}`,
          )
        }
        return reply
          .header('content-type', 'application/json')
          .header('cache-control', 'public, max-age=31536000, immutable')
          .send(Buffer.from(await response.arrayBuffer()))
      } catch (error) {
        return sendGatewayError(reply, error)
      }
    },
  )
}

export async function receiptBundle(parts: Parts, id: string) {
  const row = await inferenceRow(parts.database, id)
  if (!row) {
    throw new GatewayError(404, 'receipt_not_found', `there is no answer "${id}"`)
  }
  const model = await parts.catalogue.byId(BigInt(row.model_id))
  const [heads, batch, params] = await Promise.all([
    parts.chain.heads(),
    batchOf(parts.subgraph, row.inference_no),
    parts.chain.paramsOf(row.params_version),
  ])
  const lines = row.entry ? inferenceLines(batchEntryFromJson(row.entry), params) : []
  const accounts = [
    ...new Set(lines.filter(({ wei }) => wei > 0n).map(({ accountId }) => accountId.toString())),
  ]
  const states = await inferenceStates({ subgraph: parts.subgraph, heads, row, batch, accounts })
  const manifest = model
    ? JSON.parse(
        new TextDecoder().decode(await readContent(parts.configuration.casUrl, model.manifestHash)),
      )
    : null
  return {
    v: 1,
    requestId: row.request_id,
    inferenceNo: row.inference_no,
    public: row.is_public,
    model: row.model,
    receipt: row.entry?.receipt ?? null,
    signature: row.signature,
    entry: row.entry,
    vector: row.entry?.vector ?? null,
    rhoPpm: row.result?.rhoPpm ?? null,
    evidence: row.result?.evidence ?? null,
    modelManifest: manifest,
    snapshots: model?.snapshots ?? [],
    ...(row.is_public
      ? {
          messages: row.messages,
          answer: row.answer,
          salts: { prompt: row.prompt_salt, answer: row.answer_salt },
        }
      : {}),
    lines: lines.map((line) => ({
      ...line,
      accountId: line.accountId.toString(),
      clusterId: line.clusterId.toString(),
      wei: line.wei.toString(),
    })),
    batch,
    state: states.at(-1)?.state ?? 'METERED',
    states,
  }
}
