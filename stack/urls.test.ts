import assert from 'node:assert/strict'
import { test } from 'node:test'
import { partUrls } from './urls.ts'

test('a part whose URL is given is not started here', () => {
  const { urls, embedded } = partUrls({ CLICKHOUSE_URL: 'https://clickhouse.example' }, 5000)
  assert.equal(urls.CLICKHOUSE_URL, 'https://clickhouse.example')
  assert.equal(urls.API_URL, 'http://127.0.0.1:5000')
  assert.ok(!embedded.some(({ name }) => name === 'CLICKHOUSE_URL'))
  for (const { name, port } of embedded) assert.equal(new URL(urls[name]).port, String(port))
  assert.equal(embedded.length, 8)
})
