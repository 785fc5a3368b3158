import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { attributionVector } from '@tributary/protocol/attribution/attributionVector'
import {
  type Evidence,
  evidenceRoot,
  evidenceToJson,
} from '@tributary/protocol/attribution/evidence'
import { DEFAULT_PARAMS } from '@tributary/protocol/attribution/params'
import { vectorRoot, vectorToHex } from '@tributary/protocol/attribution/vector'
import { batchEntryFromJson } from '@tributary/protocol/batches/batchBody'
import { inferenceLines } from '@tributary/protocol/fees/inferenceLines'
import { requestIdToBytes32 } from '@tributary/protocol/ids/requestId'
import type { AttributeResult } from '@tributary/protocol/messages/attributeJob'
import { readReceiptSpec } from '@tributary/protocol/messages/receiptJob'
import { snapshotFromJson } from '@tributary/protocol/messages/snapshot'
import { recoverReceiptSigner } from '@tributary/protocol/receipts/receipt'
import { promptText, textHash } from '@tributary/protocol/receipts/textHash'
import { snapshotsRoot } from '@tributary/protocol/records/snapshotRoot'
import { Wallet, ZeroHash } from 'ethers'
import { ADAPTER_HASH, addKey, BASE_HASH, sampleAnswer, sampleChain } from '../testing/samples.ts'
import { startDatabase } from '../testing/startDatabase.ts'
import { issueReceipt } from './issueReceipt.ts'
import { type Answer, meter } from './meter.ts'
import type { CatalogueModel, ModelCatalogue } from './modelCatalogue.ts'
import { unattributed } from './unattributed.ts'

const service = Wallet.createRandom()
const snapshot = { datanetId: '1', snapshotRoot: `0x${'5e'.repeat(32)}`, lastRecordNo: '40' }
const base = { modelId: 1n, kind: 'base', ownerId: 5n, snapshots: [] } as unknown as CatalogueModel
const adapter = {
  modelId: 2n,
  kind: 'adapter',
  ownerId: 6n,
  snapshots: [snapshot],
} as unknown as CatalogueModel
const catalogue = {
  byId: async (id: bigint) => [base, adapter].find(({ modelId }) => modelId === id),
} as unknown as ModelCatalogue

/** A result in which one cluster of account 21 took nearly all of the gradient path. */
function attributed(): AttributeResult {
  const evidence: Evidence = {
    v: 1,
    token: null,
    gradient: [
      { recordNo: 3n, clusterId: 3n, accountId: 21n, score: 900_000_000n },
      { recordNo: 4n, clusterId: 4n, accountId: 22n, score: 100_000_000n },
    ],
  }
  const rhoPpm = 250_000
  const vector = attributionVector({ rhoPpm, evidence, params: DEFAULT_PARAMS })
  return {
    rhoPpm,
    evidence: evidenceToJson(evidence),
    evidenceRoot: evidenceRoot(evidence),
    vector: vectorToHex(vector),
    spans: [],
    accounts: [],
  }
}

describe('issuing a receipt', () => {
  let postgres: Awaited<ReturnType<typeof startDatabase>>

  before(async () => {
    postgres = await startDatabase()
  })
  after(() => postgres.stop())
  beforeEach(async () => {
    for (const table of ['receipt', 'attribution', 'outbox', 'inference'] as const) {
      await postgres.database.deleteFrom(table).execute()
    }
  })

  const metered = async (changes: Partial<Answer>) => {
    const { database } = postgres
    const answer = sampleAnswer(changes)
    await meter({
      database,
      caller: await addKey(database),
      serviceId: 1,
      escrowDomain: sampleChain().escrowDomain,
      answer,
      attributeSpec: () => ({}),
    })
    await database.deleteFrom('outbox').execute()
    return answer
  }
  const issue = (requestId: string, result: AttributeResult, chain = sampleChain()) =>
    issueReceipt({
      database: postgres.database,
      chain,
      catalogue,
      serviceKey: service.privateKey,
      requestId,
      result,
    })
  const stored = () => postgres.database.selectFrom('receipt').selectAll().execute()
  const jobs = () => postgres.database.selectFrom('outbox').selectAll().execute()

  it('binds the answer, its evidence and its shares, signed by the service', async () => {
    const answer = await metered({
      modelId: 2n,
      adapterHash: ADAPTER_HASH,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Grüße 👋' },
      ],
    })
    const result = attributed()
    await issue(answer.requestId, result)

    const [row] = await stored()
    const { receipt, vector, roles, rhoPpm, payerVoucher } = batchEntryFromJson(row!.entry as never)
    const { settlementDomain } = sampleChain()
    assert.equal(recoverReceiptSigner(receipt, row!.signature, settlementDomain), service.address)
    assert.deepEqual(receipt, {
      requestId: requestIdToBytes32(answer.requestId),
      inferenceNo: BigInt(row!.inference_no),
      modelId: 2n,
      adapterHash: ADAPTER_HASH,
      payerId: 7n,
      fee: answer.fee,
      tokensIn: 12,
      tokensOut: 8,
      paramsVersion: 1,
      snapshotsRoot: snapshotsRoot([snapshotFromJson(snapshot)]),
      promptHash: textHash(answer.promptSalt, promptText(answer.messages)),
      answerHash: textHash(answer.answerSalt, answer.answer),
      evidenceRoot: result.evidenceRoot,
      vectorRoot: vectorRoot(vector),
      issuedAt: answer.issuedAt,
    })
    assert.deepEqual([roles, rhoPpm], [{ modelOwner: 6n, host: 9n }, 250_000])
    assert.ok(payerVoucher.cumulative >= answer.fee)
    const lines = inferenceLines(batchEntryFromJson(row!.entry as never), DEFAULT_PARAMS)
    assert.equal(
      lines.reduce((sum, { wei }) => sum + wei, 0n),
      answer.fee,
    )

    const [job, ...others] = await jobs()
    assert.deepEqual(others, [])
    assert.equal(job?.queue, 'receipt')
    assert.equal(job?.key, row!.inference_no.padStart(20, '0'))
    assert.deepEqual(readReceiptSpec(job?.spec), row!.entry)
  })

  it('changes nothing the second time, whatever the result then says', async () => {
    const { database } = postgres
    const answer = await metered({})
    await issue(answer.requestId, attributed())
    const before = [
      await stored(),
      await jobs(),
      await database.selectFrom('attribution').selectAll().execute(),
    ]
    await database.updateTable('outbox').set({ job_id: 'taken' }).execute()
    await Promise.all([
      issue(answer.requestId, attributed()),
      issue(answer.requestId, unattributed(DEFAULT_PARAMS)),
    ])
    assert.deepEqual(await stored(), before[0])
    assert.deepEqual(await database.selectFrom('attribution').selectAll().execute(), before[2])
    assert.deepEqual(
      await jobs(),
      before[1]?.map((job) => ({ ...job, job_id: 'taken' })),
    )
  })

  it('of a base model names no adapter, no Datanets and no owner; a host that is nobody neither', async () => {
    const answer = await metered({ baseHash: BASE_HASH })
    const nobody = sampleChain({ hostId: async () => 0n })
    await issue(answer.requestId, unattributed(DEFAULT_PARAMS), nobody)
    const [row] = await stored()
    const { receipt, roles, vector } = batchEntryFromJson(row!.entry as never)
    assert.equal(receipt.adapterHash, ZeroHash)
    assert.equal(receipt.snapshotsRoot, snapshotsRoot([]))
    assert.deepEqual(roles, { modelOwner: null, host: null })
    // What could not be attributed belongs to the commons whole.
    assert.deepEqual(vector, [{ accountId: 2n, clusterId: 0n, ppm: 1_000_000 }])
  })

  it('leaves answers of another gateway alone, and waits for a model that is not there', async () => {
    await issue('0199aaaa-0000-7000-8000-000000000000', attributed())
    assert.deepEqual(await stored(), [])
    const answer = await metered({ modelId: 99n })
    await assert.rejects(issue(answer.requestId, attributed()), /model 99 is not registered/)
    assert.deepEqual(await stored(), [])
    const attributions = await postgres.database.selectFrom('attribution').selectAll().execute()
    assert.deepEqual(attributions, [])
  })
})
