import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import {
  ClickHouseError,
  ClickHouseLogLevel,
  type ClickHouseSettings,
  createClient,
} from '@clickhouse/client'
import { startServer } from '../testing/startServer.ts'

const server = await startServer()
const log = { level: ClickHouseLogLevel.OFF }
const clients = [
  createClient({ url: server.url, log }),
  createClient({ url: server.url, log }),
] as const
const [client, other] = clients
after(async () => {
  for (const each of clients) await each.close()
  await server.stop()
})

const select = async (
  query: string,
  query_params: Record<string, unknown> = {},
  clickhouse_settings: ClickHouseSettings = {},
) => {
  const result = await client.query({
    query,
    query_params,
    clickhouse_settings,
    format: 'JSONEachRow',
  })
  return result.json<Record<string, unknown>>()
}
const post = (body: string, search = '', init: RequestInit = {}) =>
  fetch(`${server.url}/${search}`, { method: 'POST', body, ...init })
const rejectsWith = (promise: Promise<unknown>, code: string, message: RegExp) =>
  assert.rejects(promise, (error) => {
    assert.ok(error instanceof ClickHouseError, String(error))
    assert.equal(error.code, code, error.message)
    assert.match(error.message, message)
    return true
  })

test('health, ping and the root path answer', async () => {
  const health = await fetch(`${server.url}/health`)
  assert.equal(health.status, 200)
  assert.equal(((await health.json()) as { ok: boolean }).ok, true)
  assert.deepEqual(await client.ping(), { success: true })
  assert.deepEqual(await client.ping({ select: true }), { success: true })
  assert.equal(await (await fetch(server.url)).text(), 'Ok.\n')
  assert.equal((await fetch(`${server.url}/nowhere`)).status, 404)
})

test('an unmodified client gets rows in every format', async () => {
  const query = "SELECT number AS n, concat('x', toString(number)) AS s FROM numbers(2)"
  const json = await (await client.query({ query, format: 'JSON' })).json()
  assert.deepEqual((json as { data: unknown }).data, [
    { n: '0', s: 'x0' },
    { n: '1', s: 'x1' },
  ])
  const compact = await client.query({ query, format: 'JSONCompactEachRow' })
  assert.deepEqual(await compact.json(), [
    ['0', 'x0'],
    ['1', 'x1'],
  ])
  assert.equal(
    await (await client.query({ query, format: 'TabSeparated' })).text(),
    '0\tx0\n1\tx1\n',
  )
  assert.equal(await (await client.query({ query, format: 'CSV' })).text(), '0,"x0"\n1,"x1"\n')
  const plain = await post(query)
  assert.equal(plain.headers.get('x-clickhouse-format'), 'TabSeparated')
  assert.match(plain.headers.get('content-type') ?? '', /tab-separated/)
})

test('parameters arrive as they were sent, whatever is in them', async () => {
  for (const text of ["'", "\\' OR 1=1 --", 'a\tb\nc\\', '}{', 'é💧', '', '\0']) {
    assert.deepEqual(await select('SELECT {t:String} AS t', { t: text }), [{ t: text }])
  }
  const values = { i: 2n ** 255n - 1n, a: [1n, 2n ** 64n - 1n], n: null }
  assert.deepEqual(
    await select(
      'SELECT {i:Int256} AS i, {a:Array(UInt64)} AS a, {n:Nullable(String)} AS n',
      values,
    ),
    [{ i: (2n ** 255n - 1n).toString(), a: ['1', (2n ** 64n - 1n).toString()], n: null }],
  )
  await rejectsWith(select('SELECT {missing:String}'), '456', /missing/)
})

test('thousands of parameters go in the body', async () => {
  const ids = [...Array(5000).keys()].map((n) => 10n ** 15n + BigInt(n))
  const result = await client.query({
    query: 'SELECT length({ids:Array(UInt64)}) AS n',
    query_params: { ids },
    use_multipart_params: true,
    format: 'JSONEachRow',
  })
  assert.deepEqual(await result.json(), [{ n: '5000' }])
})

test('a setting and a token hold for their own request alone', async () => {
  await client.command({
    query:
      'CREATE TABLE tributary.leak (a UInt32) ENGINE = MergeTree ORDER BY a SETTINGS non_replicated_deduplication_window = 100',
  })
  const insert = (settings: ClickHouseSettings, a: number) =>
    client.insert({
      table: 'tributary.leak',
      values: [{ a }],
      format: 'JSONEachRow',
      clickhouse_settings: settings,
    })
  await insert({ insert_deduplication_token: 'one' }, 1)
  for (const a of [2, 3]) await insert({}, a)
  await insert({ insert_deduplication_token: 'one' }, 4)
  assert.deepEqual(
    await select('SELECT groupArray(a) AS a FROM (SELECT a FROM tributary.leak ORDER BY a)'),
    [{ a: [1, 2, 3] }],
  )
  const threads = "SELECT value FROM system.settings WHERE name = 'max_block_size'"
  assert.deepEqual(await select(threads, {}, { max_block_size: '77' }), [{ value: '77' }])
  assert.notDeepEqual(await select(threads), [{ value: '77' }])
  await rejectsWith(
    select('SELECT 1', {}, { no_such_setting: '1' } as never),
    '115',
    /no_such_setting/,
  )
})

test('many requests of two clients at once keep their parameters apart', async () => {
  await Promise.all(
    [...Array(40).keys()].map(async (n) => {
      const result = await (n % 2 ? client : other).query({
        query: 'SELECT {n:UInt32} AS n, {s:String} AS s, sleep(0.005) AS z',
        query_params: { n, s: `s${n}` },
        format: 'JSONEachRow',
      })
      assert.deepEqual(await result.json(), [{ n, s: `s${n}`, z: 0 }])
    }),
  )
})

test('inserts take rows in the body, values in the statement, and a query', async () => {
  await client.command({
    query: 'CREATE TABLE tributary.box (a UInt64, b String) ENGINE = MergeTree ORDER BY a',
  })
  const summary = await client.insert({
    table: 'tributary.box',
    columns: ['a', 'b'],
    values: [{ a: '18446744073709551615', b: "tab\tnewline\n'quote" }],
    format: 'JSONEachRow',
  })
  assert.equal(summary.summary?.written_rows, '1')
  assert.equal((await post("INSERT INTO tributary.box VALUES (1, 'one'), (2, 'two')")).status, 200)
  assert.equal((await post("INSERT INTO tributary.box SELECT 3, 'three'")).status, 200)
  const split = `?query=${encodeURIComponent('INSERT INTO tributary.box FORMAT TSV')}`
  assert.equal((await post('4\tfour\n', split)).status, 200)
  assert.deepEqual(await select('SELECT a, b FROM tributary.box ORDER BY a'), [
    { a: '1', b: 'one' },
    { a: '2', b: 'two' },
    { a: '3', b: 'three' },
    { a: '4', b: 'four' },
    { a: '18446744073709551615', b: "tab\tnewline\n'quote" },
  ])
  const misspelt = { table: 'tributary.box', values: [{ a: 5, c: 'x' }], format: 'JSONEachRow' }
  await rejectsWith(client.insert(misspelt as never), '117', /c/)
})

test('compression works both ways', async () => {
  const zipped = createClient({ url: server.url, compression: { request: true, response: true } })
  await zipped.insert({
    table: 'tributary.box',
    values: [{ a: 100, b: 'z'.repeat(10_000) }],
    format: 'JSONEachRow',
  })
  const result = await zipped.query({
    query: 'SELECT b FROM tributary.box WHERE a = 100',
    format: 'JSONEachRow',
  })
  assert.deepEqual(await result.json(), [{ b: 'z'.repeat(10_000) }])
  await zipped.close()
  const { hostname, port } = new URL(server.url)
  const { request } = await import('node:http')
  const path = `/?enable_http_compression=1&query=${encodeURIComponent("SELECT repeat('z', 9999)")}`
  const raw = request({ hostname, port, path, headers: { 'accept-encoding': 'gzip' } }).end()
  const [response] = await once(raw, 'response')
  assert.equal(response.headers['content-encoding'], 'gzip')
  assert.equal(gunzipSync(Buffer.concat(await response.toArray())).length, 10_000)
})

test('errors carry number, name and text', async () => {
  await rejectsWith(select('SELECT nope'), '47', /nope/)
  await rejectsWith(select('SELEC 1'), '392', /SELEC is not run/)
  await rejectsWith(select('SELECT 1 2 3'), '62', /Syntax error/)
  await rejectsWith(select('SELECT * FROM tributary.nothing'), '60', /nothing/)
  const answer = await post('SELECT nope')
  assert.equal(answer.status, 404)
  assert.equal(answer.headers.get('x-clickhouse-exception-code'), '47')
  assert.match(await answer.text(), /^Code: 47\. DB::Exception: .*\(UNKNOWN_IDENTIFIER\)/)
  assert.equal((await post('SELECT 1', '?session_id=x')).status, 501)
})

test('a query ends when its time is up, and the next one runs', async () => {
  const endless = 'SELECT sum(sipHash64(number)) FROM numbers(1000000000000)'
  await rejectsWith(select(endless, {}, { max_execution_time: 1 }), '159', /Timeout/)
  assert.deepEqual(await select('SELECT 1 AS one'), [{ one: 1 }])
})

test('nobody reaches files, addresses or settings of the process through it', async () => {
  const leak = `${server.dataFolder}/leak.txt`
  const refused = [
    "SELECT * FROM file('/etc/hostname', 'LineAsString')",
    "SELECT file('/etc/hostname')",
    "SELECT * FROM url('http://127.0.0.1:1/', 'CSV', 'a String')",
    `SELECT 1 INTO OUTFILE '${leak}'`,
    `INSERT INTO FUNCTION file('${leak}') SELECT 1`,
    'SELECT * FROM `/etc/hostname`',
    "SELECT * FROM '/etc/hostname'",
    'SELECT * FROM `/etc/hostname` SETTINGS max_threads = 1',
    'INSERT INTO tributary.box SELECT 1, * FROM `/etc/hostname`',
    'SELECT * FROM default.`/etc/hostname`',
    'SELECT 1; DROP TABLE tributary.box',
    'SET max_threads = 1',
    'SYSTEM SHUTDOWN',
    "WITH 1 AS x INSERT INTO tributary.box SELECT x, ''",
  ]
  for (const sql of refused) {
    const answer = await post(sql)
    assert.notEqual(answer.status, 200, sql)
    await answer.text()
  }
  assert.equal(existsSync(leak), false)
  const get = await fetch(`${server.url}/?query=${encodeURIComponent('DROP TABLE tributary.box')}`)
  assert.equal(get.headers.get('x-clickhouse-exception-code'), '164')
  const page = await post('SELECT 1', '', { headers: { origin: 'http://example.org' } })
  assert.equal(page.status, 403)
})

test('acknowledged rows outlive kill -9', async () => {
  for (let n = 0; n < 5; n += 1) {
    await client.insert({
      table: 'tributary.box',
      values: [{ a: 1000 + n, b: 'kept' }],
      format: 'JSONEachRow',
    })
  }
  await server.crash()
  assert.deepEqual(await select("SELECT count() AS n FROM tributary.box WHERE b = 'kept'"), [
    { n: '5' },
  ])
})

test('a second server on the same folder gives one clear line and ends', {
  timeout: 40_000,
}, async () => {
  const main = fileURLToPath(new URL('main.ts', import.meta.url))
  const second = spawn(process.execPath, [main], {
    env: { CLICKHOUSE_URL: 'http://127.0.0.1:0', TRIBUTARY_DATA: server.dataFolder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const errors = second.stderr.toArray()
  const [code] = await once(second, 'exit')
  assert.equal(code, 1)
  assert.match(
    Buffer.concat(await errors).toString(),
    /cannot open .*process \d+ has it open\. Stop that process/,
  )
  assert.deepEqual(await select('SELECT 1 AS one'), [{ one: 1 }])
})
