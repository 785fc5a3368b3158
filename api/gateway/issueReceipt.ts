import { decodeVector, vectorRoot } from '@tributary/protocol/attribution/vector'
import { batchEntryToJson } from '@tributary/protocol/batches/batchBody'
import { requestIdToBytes32 } from '@tributary/protocol/ids/requestId'
import type { AttributeResult } from '@tributary/protocol/messages/attributeJob'
import { receiptJobKey } from '@tributary/protocol/messages/receiptJob'
import { snapshotFromJson } from '@tributary/protocol/messages/snapshot'
import { type Receipt, signReceipt } from '@tributary/protocol/receipts/receipt'
import { promptText, textHash } from '@tributary/protocol/receipts/textHash'
import { snapshotsRoot } from '@tributary/protocol/records/snapshotRoot'
import { Wallet, ZeroHash } from 'ethers'
import type { Kysely, Selectable } from 'kysely'
import type { ChainFacts } from '../chain/chainFacts.ts'
import type { AppDatabase } from '../database/schema.ts'
import type { ModelCatalogue } from './modelCatalogue.ts'

/**
 * Turns one attributed answer into a signed receipt and hands it to the settlement, in one
 * transaction; a second call for the same answer changes nothing.
 */
export async function issueReceipt(options: {
  database: Kysely<AppDatabase>
  chain: ChainFacts
  catalogue: ModelCatalogue
  serviceKey: string
  requestId: string
  result: AttributeResult
}): Promise<void> {
  const { database, chain, catalogue, result } = options
  const inference = await database
    .selectFrom('inference')
    .selectAll()
    .where('request_id', '=', options.requestId)
    .executeTakeFirst()
  // A job that this gateway never metered (its database was replaced): nothing of ours to sign.
  if (!inference) return
  const model = await catalogue.byId(BigInt(inference.model_id))
  if (!model) throw new Error(`model ${inference.model_id} is not registered any more`)
  const receipt = receiptOf(inference, result, snapshotsRoot(model.snapshots.map(snapshotFromJson)))
  const signature = await signReceipt(
    receipt,
    chain.settlementDomain,
    new Wallet(options.serviceKey),
  )
  const host = await chain.hostId()
  const entry = batchEntryToJson({
    receipt,
    signature,
    vector: decodeVector(result.vector),
    rhoPpm: result.rhoPpm,
    roles: {
      modelOwner: model.kind === 'adapter' ? model.ownerId : null,
      host: host === 0n ? null : host,
    },
    payerVoucher: {
      cumulative: BigInt(inference.cumulative),
      signature: inference.voucher_signature,
    },
  })
  await database.transaction().execute(async (transaction) => {
    await transaction
      .insertInto('attribution')
      .values({
        inference_no: inference.inference_no,
        result: JSON.stringify(result),
        error: null,
      })
      .onConflict((conflict) => conflict.column('inference_no').doNothing())
      .execute()
    const written = await transaction
      .insertInto('receipt')
      .values({
        inference_no: inference.inference_no,
        receipt: JSON.stringify(entry.receipt),
        signature,
        entry: JSON.stringify(entry),
      })
      .onConflict((conflict) => conflict.column('inference_no').doNothing())
      .executeTakeFirst()
    if (written.numInsertedOrUpdatedRows === 0n) return
    await transaction
      .insertInto('outbox')
      .values({
        queue: 'receipt',
        key: receiptJobKey(BigInt(inference.inference_no)),
        spec: JSON.stringify(entry),
        job_id: null,
      })
      .onConflict((conflict) => conflict.columns(['queue', 'key']).doNothing())
      .execute()
  })
}

function receiptOf(
  inference: Selectable<AppDatabase['inference']>,
  result: AttributeResult,
  snapshots: string,
): Receipt {
  return {
    requestId: requestIdToBytes32(inference.request_id),
    inferenceNo: BigInt(inference.inference_no),
    modelId: BigInt(inference.model_id),
    adapterHash: inference.adapter_hash ?? ZeroHash,
    payerId: BigInt(inference.payer_id),
    fee: BigInt(inference.fee),
    tokensIn: inference.tokens_in,
    tokensOut: inference.tokens_out,
    paramsVersion: inference.params_version,
    snapshotsRoot: snapshots,
    promptHash: textHash(inference.prompt_salt, promptText(inference.messages)),
    answerHash: textHash(inference.answer_salt, inference.answer),
    evidenceRoot: result.evidenceRoot,
    vectorRoot: vectorRoot(decodeVector(result.vector)),
    issuedAt: BigInt(inference.issued_at),
  }
}
