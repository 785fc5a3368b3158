import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { FileSystem } from '../blobs/fileSystem.ts'
import { createContentStore } from '../client/contentStore.ts'
import { StoreClientError } from '../client/storeRequest.ts'
import { fullDisk } from '../testing/fullDisk.ts'
import { filesBelow, temporaryFolder } from '../testing/temporaryFolder.ts'
import { createContentServer } from './contentServer.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const isCode = (code: string) => (error: unknown) =>
  error instanceof StoreClientError && error.code === code

async function start(
  context: TestContext,
  options: { maxBytes?: number; fileSystem?: FileSystem } = {},
) {
  const folder = await temporaryFolder(context)
  const server = await createContentServer(folder, options)
  context.after(() => server.close())
  const url = await server.listen({ host: '127.0.0.1', port: 0 })
  return { folder, url, content: createContentStore(url) }
}

test('bytes go in and come out under their hash, with and without 0x', async (context) => {
  const { url, content } = await start(context)
  const bytes = randomBytes(300_000)
  const hash = await content.put(bytes)
  assert.equal(hash, `0x${sha256(bytes)}`)
  assert.deepEqual(Buffer.from(await content.get(hash)), bytes)
  assert.deepEqual(Buffer.from(await content.get(sha256(bytes))), bytes)
  assert.equal(await content.has(hash), true)
  const empty = await content.put(new Uint8Array())
  assert.equal((await content.get(empty)).length, 0)

  const head = await fetch(`${url}/cas/${hash}`, { method: 'HEAD' })
  assert.equal(head.headers.get('content-length'), '300000')
  assert.match(head.headers.get('cache-control') ?? '', /immutable/)
  for (const [expected, type] of [
    [201, 'application/json'],
    [200, 'text/plain'],
  ] as const) {
    const body = '{"not": "parsed"}'
    const response = await fetch(`${url}/cas/${sha256(Buffer.from(body))}`, {
      method: 'PUT',
      body,
      headers: { 'content-type': type },
    })
    assert.equal(response.status, expected)
  }
})

test('what was erased or never there is missing', async (context) => {
  const { url, content } = await start(context)
  const hash = await content.put(Buffer.from('gone soon'))
  await content.remove(hash)
  await content.remove(hash)
  assert.equal(await content.has(hash), false)
  assert.equal(await content.find(hash), null)
  await assert.rejects(content.get(hash), isCode('store_missing'))
  assert.equal((await fetch(`${url}/other`)).status, 404)
})

test('a wrong hash, a bad name and too many bytes are refused, nothing is kept', async (context) => {
  const { folder, url } = await start(context, { maxBytes: 1000 })
  const put = (name: string, body: BodyInit) => fetch(`${url}/cas/${name}`, { method: 'PUT', body })
  const wrong = await put('00'.repeat(32), 'other')
  assert.equal(wrong.status, 400)
  assert.equal(((await wrong.json()) as { error: { code: string } }).error.code, 'store_hash')
  assert.equal((await put('no-hash', 'x')).status, 400)
  const big = Buffer.alloc(1001)
  assert.equal((await put(sha256(big), big)).status, 413)
  assert.deepEqual(await filesBelow(folder), [])
})

test('a full disk answers 507 and keeps nothing', async (context) => {
  const { folder, content } = await start(context, { fileSystem: fullDisk(1000) })
  await assert.rejects(content.put(Buffer.alloc(1001)), isCode('store_full'))
  await assert.rejects(content.putSalt('11'.repeat(32), randomBytes(32)), isCode('store_full'))
  assert.deepEqual(await filesBelow(folder), [])
})

test('many clients put one blob at once', async (context) => {
  const { folder, content } = await start(context)
  const bytes = randomBytes(500_000)
  const hashes = await Promise.all(Array.from({ length: 8 }, () => content.put(bytes)))
  assert.equal(new Set(hashes).size, 1)
  assert.equal((await filesBelow(folder)).length, 1)
})

test('a client notices a damaged blob and a store that is gone', async (context) => {
  const { folder, content } = await start(context)
  const hash = (await content.put(Buffer.from('true'))).slice(2)
  await writeFile(join(folder, 'blobs', hash.slice(0, 2), hash), 'lies')
  await assert.rejects(content.get(hash), isCode('store_corrupt'))
  const gone = createContentStore('http://127.0.0.1:9')
  await assert.rejects(gone.put(Buffer.from('x')), isCode('store_unreachable'))
})

test('salts: 32 bytes, the first one stays, until it is erased', async (context) => {
  const { content } = await start(context)
  const leaf = `0x${'ab'.repeat(32)}`
  const salt = randomBytes(32)
  await content.putSalt(leaf, salt)
  await content.putSalt(leaf, salt)
  assert.deepEqual(Buffer.from((await content.getSalt(leaf))!), salt)
  await assert.rejects(content.putSalt(leaf, randomBytes(32)), isCode('store_salt_taken'))
  for (const length of [0, 31, 33]) {
    await assert.rejects(
      content.putSalt('cd'.repeat(32), randomBytes(length)),
      isCode('store_salt'),
    )
  }
  await content.removeSalt(leaf)
  assert.equal(await content.getSalt(leaf), null)
})
