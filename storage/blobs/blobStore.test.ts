import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { fullDisk } from '../testing/fullDisk.ts'
import { filesBelow, temporaryFolder } from '../testing/temporaryFolder.ts'
import { byHash, openBlobStore } from './blobStore.ts'
import { diskFileSystem } from './fileSystem.ts'
import { StoreError } from './storeError.ts'

const isCode = (code: string) => (error: unknown) =>
  error instanceof StoreError && error.code === code
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const bytes = Buffer.from('some bytes')

test('what is put is there under its hash, until it is removed', async (context) => {
  const store = await openBlobStore(await temporaryFolder(context), { maxBytes: 100 })
  const written = await store.put([bytes.subarray(0, 4), bytes.subarray(4)], byHash(sha256(bytes)))
  assert.deepEqual(written, { name: sha256(bytes), isNew: true })
  assert.deepEqual(await store.put([bytes], byHash()), { name: sha256(bytes), isNew: false })
  const { size, stream } = await store.read(written.name)
  assert.equal(size, bytes.length)
  assert.deepEqual(await buffer(stream), bytes)
  await store.remove(written.name)
  await store.remove(written.name)
  assert.equal(await store.size(written.name), null)
  await assert.rejects(store.read(written.name), isCode('store_missing'))
})

test('a wrong hash, too many bytes and a broken source leave nothing behind', async (context) => {
  const folder = await temporaryFolder(context)
  const store = await openBlobStore(folder, { maxBytes: 16 })
  await assert.rejects(store.put([bytes], byHash('00'.repeat(32))), isCode('store_hash'))
  await assert.rejects(store.put([bytes, bytes], byHash()), isCode('store_oversized'))
  async function* broken() {
    yield bytes
    throw new Error('connection lost')
  }
  await assert.rejects(store.put(broken(), byHash()), /connection lost/)
  assert.deepEqual(await filesBelow(folder), [])
})

test('a full disk is said so, and nothing half-written stays', async (context) => {
  const folder = await temporaryFolder(context)
  for (const capacity of [0, 1, 9]) {
    const store = await openBlobStore(folder, { maxBytes: 100, fileSystem: fullDisk(capacity) })
    await assert.rejects(
      store.put([bytes], byHash()),
      (error) => isCode('store_full')(error) && (error as StoreError).status === 507,
    )
    assert.deepEqual(await filesBelow(folder), [])
  }
  const store = await openBlobStore(folder, { maxBytes: 100, fileSystem: fullDisk(10) })
  assert.equal((await store.put([bytes], byHash())).isNew, true)
})

test('a disk that is full when the file is flushed or named is said so too', async (context) => {
  const folder = await temporaryFolder(context)
  const fail = async () => {
    throw Object.assign(new Error('EDQUOT: quota exceeded'), { code: 'EDQUOT' })
  }
  for (const fileSystem of [
    { ...diskFileSystem, rename: fail },
    {
      ...diskFileSystem,
      open: async (...parameters: Parameters<typeof diskFileSystem.open>) =>
        Object.assign(await diskFileSystem.open(...parameters), { sync: fail }),
    },
  ]) {
    const store = await openBlobStore(folder, { maxBytes: 100, fileSystem })
    await assert.rejects(store.put([bytes], byHash()), isCode('store_full'))
    assert.deepEqual(await filesBelow(folder), [])
  }
})

test('many puts of one blob at once all succeed, and it is whole', async (context) => {
  const folder = await temporaryFolder(context)
  const store = await openBlobStore(folder, { maxBytes: 2 ** 20 })
  const blob = Buffer.alloc(200_000, 7)
  await Promise.all(Array.from({ length: 12 }, () => store.put([blob], byHash(sha256(blob)))))
  assert.deepEqual(await filesBelow(folder), [
    { path: join(folder, sha256(blob).slice(0, 2), sha256(blob)), size: blob.length },
  ])
})

test('opening a store clears what a crash left half-written', async (context) => {
  const folder = await temporaryFolder(context)
  await mkdir(join(folder, 'incoming'))
  await writeFile(join(folder, 'incoming', 'left'), 'half a bl')
  await openBlobStore(folder, { maxBytes: 100 })
  assert.deepEqual(await filesBelow(folder), [])
})
