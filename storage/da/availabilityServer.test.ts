import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import type { FileSystem } from '../blobs/fileSystem.ts'
import { createDataAvailability } from '../client/dataAvailability.ts'
import { StoreClientError } from '../client/storeRequest.ts'
import { fullDisk } from '../testing/fullDisk.ts'
import { filesBelow, temporaryFolder } from '../testing/temporaryFolder.ts'
import { createAvailabilityServer } from './availabilityServer.ts'

const isCode = (code: string) => (error: unknown) =>
  error instanceof StoreClientError && error.code === code

async function start(
  context: TestContext,
  options: { maxBytes?: number; fileSystem?: FileSystem } = {},
) {
  const folder = await temporaryFolder(context)
  const server = await createAvailabilityServer(folder, options)
  context.after(() => server.close())
  const url = await server.listen({ host: '127.0.0.1', port: 0 })
  return { folder, url, availability: createDataAvailability(url) }
}

test('POST /put answers the raw commitment, GET /get gives the body', async (context) => {
  const { url } = await start(context)
  const body = randomBytes(40_000)
  for (const path of ['/put', '/put/']) {
    const response = await fetch(url + path, { method: 'POST', body })
    const commitment = Buffer.from(await response.arrayBuffer())
    assert.equal(
      commitment.toString('hex'),
      `010000${createHash('sha256').update(body).digest('hex')}`,
    )
    for (const hex of [
      `0x${commitment.toString('hex')}`,
      commitment.toString('hex').toUpperCase(),
    ]) {
      const read = await fetch(`${url}/get/${hex}`)
      assert.deepEqual(Buffer.from(await read.arrayBuffer()), body)
    }
  }
  assert.deepEqual(await (await fetch(`${url}/health`)).json(), { ok: true })
})

test('unknown commitments are missing, other kinds are refused', async (context) => {
  const { url, availability } = await start(context)
  await assert.rejects(availability.get(`0x010000${'00'.repeat(32)}`), isCode('store_missing'))
  for (const [commitment, status] of [
    [`0x0100ff${'00'.repeat(32)}`, 404],
    [`0x010100${'00'.repeat(32)}`, 404],
    ['0x010000', 404],
    [`0x00${'00'.repeat(32)}`, 400],
    ['0x02', 400],
    ['0xzz', 400],
    ['0x1', 400],
  ] as const) {
    assert.equal((await fetch(`${url}/get/${commitment}`)).status, status, commitment)
  }
})

test('too large a body and a full disk are refused, nothing is kept', async (context) => {
  const small = await start(context, { maxBytes: 100 })
  await assert.rejects(small.availability.put(randomBytes(101)), isCode('store_oversized'))
  const full = await start(context, { fileSystem: fullDisk(50) })
  await assert.rejects(full.availability.put(randomBytes(51)), isCode('store_full'))
  assert.deepEqual(await filesBelow(small.folder), [])
  assert.deepEqual(await filesBelow(full.folder), [])
})

test('a client reads back what it put, and the same body has the same commitment', async (context) => {
  const { availability } = await start(context)
  const body = randomBytes(1000)
  const [one, other] = await Promise.all([availability.put(body), availability.put(body)])
  assert.equal(one, other)
  assert.deepEqual(Buffer.from(await availability.get(one)), body)
})
