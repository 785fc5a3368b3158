import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Pool } from 'pg'
import { contentId } from '../manifest/contentId.ts'
import { openDatabase } from '../store/openDatabase.ts'
import { startPostgres, type TestPostgres } from '../testing/startPostgres.ts'
import { type Cid, cidText, parseCid, RAW, SHA2_256 } from './cid.ts'
import { DatabaseContent } from './databaseContent.ts'

let postgres: TestPostgres
let pool: Pool

before(async () => {
  postgres = await startPostgres()
  pool = await openDatabase(postgres.url, 'content')
})

after(async () => {
  await pool?.end()
  await postgres?.stop()
})

test('an uploaded file is found by each content id that it has', async () => {
  const content = new DatabaseContent(pool)
  const heard: string[] = []
  const end = content.onAdded((names) => heard.push(...names))
  const file = new Uint8Array(Buffer.from('any file', 'utf8'))
  const digest = new Uint8Array(createHash('sha256').update(file).digest())
  const v0 = contentId(file)
  const names = [
    v0,
    cidText({ ...(parseCid(v0) as Cid), version: 1 }),
    cidText({ version: 1, codec: RAW, hash: SHA2_256, digest }),
  ]
  for (const name of names) assert.equal(await content.get(name), null)
  assert.equal(await content.add(file), v0)
  for (const name of [...names, `/ipfs/${v0}`]) {
    assert.deepEqual(new Uint8Array((await content.get(name)) ?? []), file, name)
  }
  assert.deepEqual(heard, names)
  end()
  await content.add(digest)
  assert.equal(heard.length, 3)
  for (const name of ['nothing', `${v0}/below`, contentId(digest.slice(1))]) {
    assert.equal(await content.get(name), null, name)
  }
})
