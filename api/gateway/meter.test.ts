import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { inferenceNo } from '@tributary/protocol/ids/inferenceNo'
import { recoverVoucherSigner } from '@tributary/protocol/receipts/voucher'
import { Wallet } from 'ethers'
import { addKey, ESCROW, sampleAnswer } from '../testing/samples.ts'
import { startDatabase } from '../testing/startDatabase.ts'
import type { Caller } from './apiKeys.ts'
import { type Answer, meter } from './meter.ts'

const SERVICE = 3
const escrowDomain = { chainId: 31337n, verifyingContract: ESCROW }

describe('metering', () => {
  let postgres: Awaited<ReturnType<typeof startDatabase>>

  before(async () => {
    postgres = await startDatabase()
  })
  after(() => postgres.stop())

  const meterOne = (
    caller: Caller,
    answer: Answer,
    attributeSpec: (inferenceNo: bigint) => unknown = (number) => ({ number: `${number}` }),
    serviceId = SERVICE,
  ) =>
    meter({ database: postgres.database, caller, serviceId, escrowDomain, answer, attributeSpec })

  it('writes nothing at all when a part of it fails', async () => {
    const { database } = postgres
    const caller = await addKey(database, { payerId: 1n })
    const failing = meterOne(caller, sampleAnswer(), () => {
      throw new Error('the spec cannot be made')
    })
    await assert.rejects(failing, /the spec cannot be made/)
    await assert.rejects(meterOne(caller, sampleAnswer({ fee: -1n })), /violates check constraint/)
    for (const table of ['inference', 'outbox', 'payer_meter', 'service'] as const) {
      assert.deepEqual(await database.selectFrom(table).selectAll().execute(), [], table)
    }
    const key = await database.selectFrom('api_key').selectAll().executeTakeFirstOrThrow()
    assert.equal(key.spent, '0')
  })

  it('counts from one, without gaps and to the wei, however many come at once', async () => {
    const { database } = postgres
    const alice = await addKey(database, { payerId: 11n })
    const second = await addKey(database, { payerId: 11n })
    const bob = await addKey(database, { payerId: 12n })
    // Sums beyond 2^64 that no float could hold.
    const feeOf = (at: number) => 10n ** 20n + BigInt(at) * 7_919n
    const answers = Array.from({ length: 200 }, (_, at) => ({
      caller: [alice, second, bob, alice][at % 4] as Caller,
      answer: sampleAnswer({ fee: feeOf(at) }),
    }))
    const numbers = await Promise.all(
      answers.map(({ caller, answer }, at) =>
        // Every tenth fails at its very end; nothing of it may show.
        at % 10 === 9
          ? meterOne(caller, answer, () => {
              throw new Error('too late')
            }).catch(() => null)
          : meterOne(caller, answer),
      ),
    )

    const given = numbers.filter((number) => number !== null).sort((a, b) => (a < b ? -1 : 1))
    assert.equal(given.length, 180)
    assert.equal(given[0], (BigInt(SERVICE) << 48n) + 1n)
    assert.deepEqual(
      given,
      given.map((_, at) => inferenceNo(SERVICE, BigInt(at + 1))),
    )

    const rows = await database
      .selectFrom('inference')
      .selectAll()
      .orderBy('inference_no')
      .execute()
    const sums = new Map<string, bigint>()
    for (const row of rows) {
      const sum = (sums.get(row.payer_id) ?? 0n) + BigInt(row.fee)
      sums.set(row.payer_id, sum)
      assert.equal(row.cumulative, sum.toString(), `inference ${row.inference_no}`)
      const signer = recoverVoucherSigner(
        {
          payerId: BigInt(row.payer_id),
          serviceId: SERVICE,
          cumulative: sum,
          inferenceNo: BigInt(row.inference_no),
        },
        row.voucher_signature,
        escrowDomain,
      )
      const keys = [alice, second, bob].filter(({ payerId }) => `${payerId}` === row.payer_id)
      assert.ok(keys.some(({ signerKey }) => new Wallet(signerKey).address === signer))
    }
    const metered = answers.filter((_, at) => numbers[at] !== null)
    const total = (which: (caller: Caller) => boolean) =>
      metered
        .filter(({ caller }) => which(caller))
        .reduce((sum, { answer }) => sum + answer.fee, 0n)
    assert.equal(
      sums.get('11'),
      total(({ payerId }) => payerId === 11n),
    )
    assert.equal(
      sums.get('12'),
      total(({ payerId }) => payerId === 12n),
    )
    for (const { keyId } of [alice, second, bob]) {
      const { spent } = await database
        .selectFrom('api_key')
        .select('spent')
        .where('key_id', '=', keyId)
        .executeTakeFirstOrThrow()
      assert.equal(
        BigInt(spent),
        total((caller) => caller.keyId === keyId),
      )
    }
    // Each inference stands beside the job that attributes it.
    const jobs = await database.selectFrom('outbox').selectAll().execute()
    const numberOf = new Map(rows.map((row) => [row.request_id, row.inference_no]))
    assert.equal(jobs.length, 180)
    for (const { queue, key, spec } of jobs) {
      assert.equal(queue, 'attribute')
      assert.deepEqual(spec, { number: numberOf.get(key) })
    }
  })

  it('counts each service for itself', async () => {
    const caller = await addKey(postgres.database, { payerId: 13n })
    assert.equal(await meterOne(caller, sampleAnswer(), undefined, 4), inferenceNo(4, 1n))
    assert.equal(await meterOne(caller, sampleAnswer(), undefined, 4), inferenceNo(4, 2n))
  })

  it('refuses a key that was revoked meanwhile, and a request that is metered already', async () => {
    const { database } = postgres
    const caller = await addKey(database, { payerId: 14n })
    const answer = sampleAnswer()
    const first = await meterOne(caller, answer, undefined, 5)
    await assert.rejects(meterOne(caller, answer, undefined, 5), /duplicate key/)
    await database
      .updateTable('api_key')
      .set({ revoked_at: new Date() })
      .where('key_id', '=', caller.keyId)
      .execute()
    await assert.rejects(meterOne(caller, sampleAnswer(), undefined, 5), {
      status: 401,
      code: 'invalid_api_key',
    })
    const other = await addKey(database, { payerId: 15n })
    assert.equal(await meterOne(other, sampleAnswer(), undefined, 5), first + 1n)
  })
})
