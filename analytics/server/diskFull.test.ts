import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { AnalyticsUnavailableError } from '../client/AnalyticsError.ts'
import { createAnalyticsClient } from '../client/clickhouse.ts'
import { insertOnce } from '../client/insertOnce.ts'
import { migrate } from '../migrate/migrate.ts'
import { AnalyticsServer } from './AnalyticsServer.ts'
import { describeError } from './response/describeError.ts'

const folder = await mkdtemp(join(tmpdir(), 'tributary-analytics-'))
let free = Number.MAX_SAFE_INTEGER
const server = new AnalyticsServer({
  folder,
  host: '127.0.0.1',
  port: 0,
  freeBytes: async () => free,
})
await server.start()
const client = createAnalyticsClient(server.url)
after(async () => {
  await client.close()
  await server.stop()
  await rm(folder, { recursive: true })
})

test('a full disk refuses the batch whole, says so, and takes the same batch later', async () => {
  await migrate(client)
  const rows = [{ block_number: 1n, block_time: new Date(0) }]
  const count = async () => {
    const result = await client.query({
      query: 'SELECT toString(count()) AS n FROM tributary.mirrored_block',
      format: 'JSONEachRow',
    })
    return (await result.json<{ n: string }>())[0]?.n
  }
  free = 1_000_000
  await assert.rejects(insertOnce(client, 'mirrored_block', rows, 'block-1'), (error) => {
    assert.ok(error instanceof AnalyticsUnavailableError)
    assert.match(error.message, /disk under .* is full \(1000000 bytes left\); nothing was stored/)
    return true
  })
  assert.equal(await count(), '0', 'reads go on')
  free = Number.MAX_SAFE_INTEGER
  await insertOnce(client, 'mirrored_block', rows, 'block-1')
  assert.equal(await count(), '1')
})

test('what the engine says of a full disk becomes the same error', () => {
  const said =
    'Code: 243. DB::Exception: Cannot reserve 1.00 MiB, not enough space. (NOT_ENOUGH_SPACE)'
  const { code, text } = describeError(new Error(said), '1')
  assert.equal(code, 243)
  assert.equal(text.match(/Exception: /g)?.length, 1, 'the client shows what follows the last one')
  assert.match(text, /^Code: 243\. DB::Exception: The disk .* is full; free space/)
  assert.equal(describeError(new Error('write: No space left on device'), '1').code, 243)
})
