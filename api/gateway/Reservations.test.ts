import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { KyselyPlugin } from 'kysely'
import { addKey, sampleChain } from '../testing/samples.ts'
import { startDatabase } from '../testing/startDatabase.ts'
import { GatewayError } from './errors.ts'
import { Reservations } from './Reservations.ts'

describe('reservations', () => {
  let postgres: Awaited<ReturnType<typeof startDatabase>>

  before(async () => {
    postgres = await startDatabase()
  })
  after(() => postgres.stop())
  beforeEach(async () => {
    await postgres.database.deleteFrom('api_key').execute()
    await postgres.database.deleteFrom('payer_meter').execute()
  })

  const metered = (payerId: bigint, cumulative: bigint) =>
    postgres.database
      .insertInto('payer_meter')
      .values({ payer_id: payerId, service_id: 1, cumulative })
      .execute()
  const funded = (wei: bigint) => sampleChain({ funded: async () => wei })

  it('never promises more than the escrow holds, whoever asks at once', async () => {
    const { database } = postgres
    const keys = [await addKey(database), await addKey(database)]
    await metered(7n, 40n)
    const reservations = new Reservations(database, funded(100n))
    const outcomes = await Promise.allSettled(
      Array.from({ length: 40 }, (_, at) => reservations.reserve(keys[at % 2]!, 7n)),
    )
    const given = outcomes.filter((outcome) => outcome.status === 'fulfilled')
    // 60 wei are free: 8 times 7.
    assert.equal(given.length, 8)
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') continue
      assert.ok(outcome.reason instanceof GatewayError)
      assert.deepEqual(
        [outcome.reason.status, outcome.reason.code, outcome.reason.type],
        [402, 'insufficient_escrow', 'insufficient_quota'],
      )
    }
    // Given back twice is given back once.
    given[0]?.value()
    given[0]?.value()
    await reservations.reserve(keys[0]!, 7n)
    await assert.rejects(reservations.reserve(keys[0]!, 7n), { code: 'insufficient_escrow' })
  })

  it('leaves other payers alone', async () => {
    const { database } = postgres
    const alice = await addKey(database, { payerId: 1n })
    const bob = await addKey(database, { payerId: 2n })
    const reservations = new Reservations(database, funded(10n))
    await reservations.reserve(alice, 10n)
    await reservations.reserve(bob, 10n)
    await assert.rejects(
      reservations.reserve(bob, 1n),
      /the escrow of payer 2 has 0 OPEN free, this call may cost up to 0\.000000000000000001 OPEN/,
    )
  })

  it('keeps to the cap of each key, by what it has spent since it was looked up too', async () => {
    const { database } = postgres
    const caller = await addKey(database, { cap: 10n })
    const roomy = await addKey(database)
    const reservations = new Reservations(database, funded(1000n))
    const outcomes = await Promise.allSettled(
      Array.from({ length: 5 }, () => reservations.reserve(caller, 4n)),
    )
    const given = outcomes.filter((outcome) => outcome.status === 'fulfilled')
    assert.equal(given.length, 2)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') assert.equal(outcome.reason.code, 'spending_cap_reached')
    }
    await reservations.reserve(roomy, 900n)
    // The two answers are metered; `caller` still says that nothing was spent.
    await database
      .updateTable('api_key')
      .set({ spent: 8n })
      .where('key_id', '=', caller.keyId)
      .execute()
    for (const { value: release } of given) release()
    await assert.rejects(reservations.reserve(caller, 4n), {
      status: 402,
      code: 'spending_cap_reached',
    })
    await reservations.reserve(caller, 2n)
  })

  it('counts an answer that is metered between the look and the decision', async () => {
    const { database } = postgres
    const caller = await addKey(database)
    let gate: Promise<void> | undefined
    const slow: KyselyPlugin = {
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        await gate
        return result
      },
    }
    const reservations = new Reservations(database.withPlugin(slow), funded(18n))
    const releaseFirst = await reservations.reserve(caller, 6n)

    let open = () => {}
    gate = new Promise((resolve) => {
      open = resolve
    })
    const slowCall = reservations.reserve(caller, 12n)
    slowCall.catch(() => {})
    // Long enough for its query to have been answered by the database.
    await database.selectFrom('api_key').selectAll().execute()
    await new Promise((resolve) => setTimeout(resolve, 100))
    gate = undefined
    await metered(7n, 6n)
    releaseFirst()
    await reservations.reserve(caller, 6n)
    open()
    // 6 are metered and 6 promised; 12 more would be 24 of 18.
    await assert.rejects(slowCall, { code: 'insufficient_escrow' })
  })
})
