import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import fastify, { type FastifyInstance } from 'fastify'
import { freePort } from '../testing/freePort.ts'
import { type Neighbour, serve } from '../testing/serve.ts'
import { ContentError, readContent } from './contentClient.ts'
import { contentRoutes } from './contentRoutes.ts'

const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex')

describe('the content store through the API', () => {
  let server: FastifyInstance
  let store: Neighbour
  let url: string
  const blobs = new Map<string, Buffer>()
  const seen: string[] = []

  before(async () => {
    store = await serve((request, response, body) => {
      seen.push(`${request.method} ${request.url}`)
      const [, kind, hash = ''] = (request.url ?? '').split('/')
      if (request.method === 'PUT') {
        if (kind === 'cas' && sha256(body) !== hash) {
          const error = { code: 'hash_wrong', message: 'other bytes' }
          return void response
            .writeHead(400, { 'content-type': 'application/json' })
            .end(JSON.stringify({ error }))
        }
        if (body.equals(Buffer.from('full'))) return void response.writeHead(507).end('{}')
        blobs.set(`${kind}/${hash}`, body)
        return void response.writeHead(201).end()
      }
      const found = blobs.get(`${kind}/${hash}`)
      if (!found) return void response.writeHead(404).end('{}')
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(found)
    })
    server = fastify({ forceCloseConnections: true })
    contentRoutes(server, store.url)
    url = await server.listen({ host: '127.0.0.1', port: 0 })
  })
  after(async () => {
    await server.close()
    await store.stop()
  })

  const put = (hash: string, body: string | Buffer, route = 'content') =>
    fetch(`${url}/v1/${route}/${hash}`, {
      method: 'PUT',
      // Whatever a sender calls it, the bytes are what counts.
      headers: { 'content-type': 'application/json' },
      body: body as string,
    })

  it('gives bytes back as they came, to be kept for ever', async () => {
    const bytes = Buffer.from([0, 255, 13, 10, 128])
    const hash = sha256(bytes)
    assert.equal((await put(hash, bytes)).status, 201)
    for (const name of [hash, `0x${hash}`, hash.toUpperCase()]) {
      const response = await fetch(`${url}/v1/content/${name}`)
      assert.equal(response.headers.get('cache-control'), 'public, max-age=31536000, immutable')
      assert.deepEqual(Buffer.from(await response.arrayBuffer()), bytes)
    }
    assert.deepEqual(Buffer.from(await readContent(store.url, `sha256:${hash}`)), bytes)
  })

  it('hands the store’s refusals on: wrong bytes, missing bytes, a full disk', async () => {
    const wrong = await put(sha256('other'), 'text')
    assert.equal(wrong.status, 400)
    assert.match(await wrong.text(), /other bytes/)
    const missing = await fetch(`${url}/v1/content/${sha256('missing')}`)
    assert.equal(missing.status, 404)
    assert.equal(missing.headers.get('cache-control'), null)
    assert.equal((await put(sha256('full'), 'full')).status, 507)
    assert.equal(blobs.has(`cas/${sha256('full')}`), false)
  })

  it('refuses what is no hash, and what is too large, without asking the store', async () => {
    seen.length = 0
    for (const name of ['abc', 'g'.repeat(64), `${'0'.repeat(65)}`, '..%2Fsalts%2Fx']) {
      const response = await fetch(`${url}/v1/content/${name}`)
      assert.equal(response.status, 400, name)
      assert.match(await response.text(), /is not 64 hex digits/)
    }
    const large = Buffer.alloc(2 * 1024 * 1024 + 1)
    assert.equal((await put(sha256(large), large)).status, 413)
    assert.deepEqual(seen, [])
    const largest = large.subarray(1)
    assert.equal((await put(sha256(largest), largest)).status, 201)
  })

  it('takes salts and gives none, and deletes nothing', async () => {
    const leaf = 'ab'.repeat(32)
    assert.equal((await put(leaf, 'salt', 'content/salts')).status, 201)
    seen.length = 0
    const read = await fetch(`${url}/v1/content/salts/${leaf}`)
    assert.equal(read.status, 403)
    assert.equal((await fetch(`${url}/v1/content/${leaf}`, { method: 'DELETE' })).status, 404)
    assert.deepEqual(seen, [])
  })

  it('says when the store is away', async () => {
    const away = fastify()
    contentRoutes(away, `http://127.0.0.1:${await freePort()}`)
    const response = await away.inject({ method: 'GET', url: `/v1/content/${sha256('x')}` })
    assert.equal(response.statusCode, 503)
    assert.equal(response.json().error.code, 'content_unavailable')
    await away.close()
  })
})

describe('reading content', () => {
  it('never gives out other bytes than were asked for', async (context) => {
    const liar = await serve((_request, response) => void response.end('other'))
    context.after(() => liar.stop())
    await assert.rejects(readContent(liar.url, sha256('asked')), (error) => {
      assert.ok(error instanceof ContentError)
      return error.code === 'content_corrupt'
    })
  })

  it('tells a missing body from a store that is away', async (context) => {
    const empty = await serve((_request, response) => void response.writeHead(404).end())
    await assert.rejects(readContent(empty.url, sha256('x')), { code: 'content_missing' })
    await empty.stop()
    await assert.rejects(readContent(empty.url, sha256('x')), { code: 'content_unavailable' })
    context.after(() => {})
  })
})
