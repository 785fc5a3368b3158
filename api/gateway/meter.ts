import { inferenceNo } from '@tributary/protocol/ids/inferenceNo'
import type { SigningDomain } from '@tributary/protocol/receipts/receipt'
import { signVoucher } from '@tributary/protocol/receipts/voucher'
import { Wallet } from 'ethers'
import { type Kysely, sql } from 'kysely'
import type { AppDatabase, ChatMessage } from '../database/schema.ts'
import type { Caller } from './apiKeys.ts'
import { GatewayError } from './errors.ts'

/** One finished answer, as it is put on the payer's account. */
export interface Answer {
  requestId: string
  modelId: bigint
  model: string
  adapterHash: string | null
  baseHash: string
  messages: ChatMessage[]
  answer: string
  tokensIn: number
  tokensOut: number
  fee: bigint
  paramsVersion: number
  promptSalt: string
  answerSalt: string
  isPublic: boolean
  issuedAt: bigint
}

/**
 * Meters one answer in one transaction: takes the next inference number of the service (without
 * gaps), raises the payer's cumulative sum, signs the voucher over it, and writes the inference
 * beside the job that will attribute it. Either all of it stands or nothing does.
 *
 * @param attributeSpec the spec of the `attribute` job for a given inference number
 * @returns the inference's number
 */
export async function meter(options: {
  database: Kysely<AppDatabase>
  caller: Caller
  serviceId: number
  escrowDomain: SigningDomain
  answer: Answer
  attributeSpec: (inferenceNo: bigint) => unknown
}): Promise<bigint> {
  const { database, caller, serviceId, answer } = options
  const signer = new Wallet(caller.signerKey)
  return database.transaction().execute(async (transaction) => {
    const { last_seq } = await transaction
      .insertInto('service')
      .values({ service_id: serviceId, last_seq: 1n })
      .onConflict((conflict) =>
        conflict.column('service_id').doUpdateSet({ last_seq: sql`service.last_seq + 1` }),
      )
      .returning('last_seq')
      .executeTakeFirstOrThrow()
    // last_seq is the highest number given; the settlement contract counts from 1 too.
    const number = inferenceNo(serviceId, BigInt(last_seq))
    const { cumulative } = await transaction
      .insertInto('payer_meter')
      .values({ payer_id: caller.payerId, service_id: serviceId, cumulative: answer.fee })
      .onConflict((conflict) =>
        conflict
          .columns(['payer_id', 'service_id'])
          .doUpdateSet({ cumulative: sql`payer_meter.cumulative + excluded.cumulative` }),
      )
      .returning('cumulative')
      .executeTakeFirstOrThrow()
    const charged = await transaction
      .updateTable('api_key')
      .set({ spent: sql`spent + ${answer.fee.toString()}::numeric` })
      .where('key_id', '=', caller.keyId)
      .where('revoked_at', 'is', null)
      .executeTakeFirst()
    if (charged.numUpdatedRows !== 1n) {
      throw new GatewayError(401, 'invalid_api_key', 'the API key was revoked during the answer')
    }
    const voucherSignature = await signVoucher(
      { payerId: caller.payerId, serviceId, cumulative: BigInt(cumulative), inferenceNo: number },
      options.escrowDomain,
      signer,
    )
    await transaction
      .insertInto('inference')
      .values({
        inference_no: number,
        request_id: answer.requestId,
        model_id: answer.modelId,
        model: answer.model,
        adapter_hash: answer.adapterHash,
        base_hash: answer.baseHash,
        payer_id: caller.payerId,
        messages: JSON.stringify(answer.messages),
        answer: answer.answer,
        tokens_in: answer.tokensIn,
        tokens_out: answer.tokensOut,
        fee: answer.fee,
        cumulative,
        voucher_signature: voucherSignature,
        params_version: answer.paramsVersion,
        prompt_salt: answer.promptSalt,
        answer_salt: answer.answerSalt,
        is_public: answer.isPublic,
        issued_at: answer.issuedAt,
      })
      .execute()
    await transaction
      .insertInto('outbox')
      .values({
        queue: 'attribute',
        key: answer.requestId,
        spec: JSON.stringify(options.attributeSpec(number)),
        job_id: null,
      })
      .execute()
    return number
  })
}
