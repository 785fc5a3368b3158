import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addKey } from '../testing/samples.ts'
import { startDatabase } from '../testing/startDatabase.ts'
import { authenticate, hashKey } from './apiKeys.ts'

let postgres: Awaited<ReturnType<typeof startDatabase>>

before(async () => {
  postgres = await startDatabase()
})
after(() => postgres.stop())

test('a key is known by its hash alone', async () => {
  const { database } = postgres
  const caller = await addKey(database, { key: 'trb_known', payerId: 2n ** 64n - 1n, cap: 5n })
  assert.deepEqual(
    [caller.payerId, caller.cap, caller.spent],
    [18_446_744_073_709_551_615n, 5n, 0n],
  )
  assert.match(caller.signerKey, /^0x[0-9a-f]{64}$/)
  // OpenAI's clients write "Bearer"; HTTP does not care.
  assert.deepEqual(await authenticate(database, 'bearer   trb_known'), caller)
  const rows = await database.selectFrom('api_key').selectAll().execute()
  assert.equal(JSON.stringify(rows).includes('trb_known'), false)
  assert.equal(rows[0]?.key_hash, hashKey('trb_known'))
})

test('no key, an unknown one and a revoked one are told apart from the rest, not from each other', async () => {
  const { database } = postgres
  for (const header of [undefined, '', 'trb_known', 'Basic dTpw', 'Bearer ']) {
    await assert.rejects(authenticate(database, header), { status: 401, code: 'missing_api_key' })
  }
  const unknown = { status: 401, code: 'invalid_api_key', type: 'authentication_error' }
  await assert.rejects(authenticate(database, 'Bearer trb_other'), unknown)
  await assert.rejects(authenticate(database, `Bearer ${hashKey('trb_known')}`), unknown)
  const { keyId } = await addKey(database, { key: 'trb_revoked' })
  await database
    .updateTable('api_key')
    .set({ revoked_at: new Date() })
    .where('key_id', '=', keyId)
    .execute()
  await assert.rejects(authenticate(database, 'Bearer trb_revoked'), unknown)
})
