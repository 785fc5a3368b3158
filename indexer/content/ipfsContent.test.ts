import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { contentId } from '../manifest/contentId.ts'
import { type Cid, cidText, DAG_PB, parseCid, RAW, SHA2_256 } from './cid.ts'
import { IpfsContent, IpfsError } from './ipfsContent.ts'

const servers: Server[] = []

after(() => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

/** An IPFS node or gateway that answers with what `answers` has for a path. */
async function serve(answers: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const server = createServer((request, response) => {
    const bytes = answers.get(`${request.method} ${request.url}`)
    response.statusCode = bytes ? 200 : 404
    response.end(bytes)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const text = (value: string): Uint8Array => new Uint8Array(Buffer.from(value, 'utf8'))
const VERSION = ['POST /api/v0/version', text('{}')] as const
const rpc = (call: string, name: string) => `POST /api/v0/${call}?arg=${encodeURIComponent(name)}`

function cidOf(codec: number, block: Uint8Array): Cid {
  const digest = new Uint8Array(createHash('sha256').update(block).digest())
  return { version: 1, codec, hash: SHA2_256, digest }
}

/** A protobuf field of bytes, or of a number. */
function field(number: number, value: Uint8Array | number): Uint8Array {
  const varint = (rest: number): number[] =>
    rest < 128 ? [rest] : [(rest & 127) | 128, ...varint(rest >> 7)]
  if (typeof value === 'number') return Uint8Array.of(number << 3, ...varint(value))
  return new Uint8Array(
    Buffer.concat([Uint8Array.of((number << 3) | 2, ...varint(value.length)), value]),
  )
}

/** A block of links to others, as a file or a folder. */
function node(type: number, links: readonly (readonly [name: string, cid: Cid])[]): Uint8Array {
  const bytesOf = ({ codec, hash, digest }: Cid) =>
    Uint8Array.of(1, codec, hash, digest.length, ...digest)
  const parts = links.map(([name, cid]) =>
    field(2, new Uint8Array(Buffer.concat([field(1, bytesOf(cid)), field(2, text(name))]))),
  )
  return new Uint8Array(Buffer.concat([...parts, field(1, field(1, type))]))
}

test('a file of a node is taken when it has the content id that it was asked by', async () => {
  const file = text('some text')
  const [v0, raw] = [contentId(file), cidText(cidOf(RAW, file))]
  const v1 = cidText({ ...(parseCid(v0) as Cid), version: 1 })
  const url = await serve(
    new Map([VERSION, ...[v0, v1, raw].map((id) => [rpc('cat', id), file] as const)]),
  )
  const content = new IpfsContent(`${url}/`)
  for (const id of [v0, v1, raw, `/ipfs/${v0}`, `ipfs://${raw}`]) {
    assert.deepEqual(await content.get(id), file, id)
  }
  assert.equal(await content.get(contentId(text('another'))), null)
})

test('a gateway is told from a node by what it answers', async () => {
  const file = text('of a gateway')
  const id = contentId(file)
  const content = new IpfsContent(await serve(new Map([[`GET /ipfs/${id}`, file]])))
  assert.deepEqual(await content.get(id), file)
})

test('a file that is cut in its own way is put together of blocks with the right hashes', async () => {
  const parts = [text('first, '), text('second, '), text('third')]
  const links = parts.map((part) => ['', cidOf(RAW, part)] as const)
  const root = node(2, links)
  const folder = node(1, [['dir', cidOf(DAG_PB, node(1, [['file', cidOf(DAG_PB, root)]]))]])
  const blocks = [root, folder, node(1, [['file', cidOf(DAG_PB, root)]])]
  const answers = new Map<string, Uint8Array>([VERSION])
  for (const block of blocks) {
    answers.set(rpc('block/get', cidText(cidOf(DAG_PB, block))), block)
  }
  for (const part of parts) answers.set(rpc('block/get', cidText(cidOf(RAW, part))), part)
  const whole = text('first, second, third')
  const id = cidText(cidOf(DAG_PB, root))
  answers.set(rpc('cat', id), whole)
  const content = new IpfsContent(await serve(answers))
  assert.deepEqual(await content.get(id), whole)
  const path = `${cidText(cidOf(DAG_PB, folder))}/dir/file`
  assert.deepEqual(await content.get(path), whole)
  assert.equal(await content.get(path.replace('dir/', 'other/')), null)
  await assert.rejects(
    content.get(cidText(cidOf(DAG_PB, folder))),
    (error) => error instanceof IpfsError && / is a folder, and no file$/.test(error.message),
  )

  const changed = rpc('block/get', cidText(cidOf(RAW, parts[1])))
  answers.set(changed, text('another'))
  answers.set(rpc('cat', id), randomBytes(20))
  await assert.rejects(content.get(id), /answers with something else than .* has another hash$/)
})

test('a file is found in a folder of many shards, each one held against its hash', async () => {
  // As the package ipfs-unixfs-importer makes it, of 60 files in shards of 256 and of 16 slots.
  const fixture = await readFile(
    join(import.meta.dirname, '..', 'testdata', 'shardedFolder.json'),
    'utf8',
  )
  const { folders, blocks } = JSON.parse(fixture) as Record<string, Record<string, string>>
  const answers = new Map<string, Uint8Array>([VERSION])
  for (const [id, block] of Object.entries(blocks)) {
    answers.set(rpc('block/get', id), new Uint8Array(Buffer.from(block, 'base64')))
  }
  const content = new IpfsContent(await serve(answers))
  for (const folder of Object.values(folders)) {
    for (let number = 0; number < 60; number++) {
      const name = number === 7 ? '7 ü.json' : `${number}.json`
      const file = await content.get(`${folder}/${name}`)
      assert.deepEqual(file, text(`{"title":"${number}"}`), name)
    }
    assert.equal(await content.get(`${folder}/60.json`), null)
    assert.equal(await content.get(`${folder}/0.json/1`), null)
    await assert.rejects(content.get(folder), / is a folder, and no file$/)
    answers.set(rpc('block/get', folder), text('another'))
    await assert.rejects(content.get(`${folder}/1.json`), / has another hash$/)
  }
})

test('a node that is not there is named', async () => {
  const content = new IpfsContent('http://127.0.0.1:1')
  await assert.rejects(
    content.get(contentId(text('x'))),
    /^IpfsError: http:\/\/127\.0\.0\.1:1 does not answer: /,
  )
})

test('what cannot be held against its content id is not taken', async () => {
  // Blake2b-256, for which Node has nothing.
  const cid = { version: 1, codec: RAW, hash: 0xb220, digest: randomBytes(32) } as const
  const id = cidText(cid)
  const answers = new Map([VERSION, [rpc('cat', id), text('x')] as const])
  answers.set(rpc('block/get', id), text('x'))
  const content = new IpfsContent(await serve(answers))
  await assert.rejects(content.get(id), /cannot be verified: the hash 0xb220 of .* is not known/)
})
