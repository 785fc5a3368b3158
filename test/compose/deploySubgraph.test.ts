/** `subgraph/deploy.js`, the one-shot service that brings the subgraph to a graph-node. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { contractNames } from '@tributary/contracts/build/contractNames'
import { encodeBase58, getAddress } from 'ethers'
import { load } from 'js-yaml'
import { ROOT } from './composeFile.ts'

const START_BLOCK = 7
const CONTRACTS = Object.fromEntries(
  contractNames.map((name, at) => [name, getAddress(`0x${String(at + 1).padStart(40, '0')}`)]),
)

let folder: string
let deploymentFile: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-deploy-subgraph-'))
  deploymentFile = join(folder, 'deployment.json')
  await writeFile(
    deploymentFile,
    JSON.stringify({ v: 1, chainId: 31337, startBlock: START_BLOCK, contracts: CONTRACTS }),
  )
})

after(() => rm(folder, { recursive: true, force: true }))

test('the subgraph is uploaded with the addresses of the deployment, then deployed', async (context) => {
  const node = await startNode(context)
  const manifestFile = join(ROOT, 'subgraph', 'subgraph.yaml')
  const manifestBefore = await readFile(manifestFile, 'utf8')

  const { code, output } = await deploy(node.url, deploymentFile)
  assert.equal(code, 0, output)

  const { hash, manifest } = node.manifest()
  for (const { name, source } of manifest.dataSources) {
    assert.equal(getAddress(source.address), CONTRACTS[name], name)
    assert.equal(source.startBlock, START_BLOCK, name)
  }
  const sources = manifest.dataSources.map(({ name }) => name)
  const unindexed = contractNames.filter((name) => !sources.includes(name))
  assert.deepEqual(unindexed, ['TimelockController'])
  assert.deepEqual(
    node.calls.map(({ method, params }) => [method, params.name, params.ipfs_hash]),
    [
      ['subgraph_create', 'tributary', undefined],
      ['subgraph_deploy', 'tributary', hash],
    ],
  )
  assert.equal(await readFile(manifestFile, 'utf8'), manifestBefore)
})

test('without deployed contracts nothing is sent', async (context) => {
  const node = await startNode(context)
  const { code, output } = await deploy(node.url, join(folder, 'missing.json'))
  assert.equal(code, 1)
  assert.match(output, /^subgraph: .*missing\.json names no deployed contracts: ENOENT/m)
  assert.deepEqual(node.calls, [])
})

/** What graph-node and IPFS answer to a deployment, at one address. The name exists already. */
async function startNode(context: { after: (fn: () => void) => void }) {
  const calls: { id: string; method: string; params: Record<string, string> }[] = []
  const files = new Map<string, Buffer>()
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request)
    response.setHeader('content-type', 'application/json')
    if (request.url?.startsWith('/api/v0/add')) {
      const start = body.indexOf('\r\n\r\n') + 4
      const content = body.subarray(start, body.lastIndexOf('\r\n--'))
      const hash = contentId(content)
      files.set(hash, content)
      response.end(`${JSON.stringify({ Name: hash, Hash: hash, Size: `${content.length}` })}\n`)
    } else if (request.url?.startsWith('/api/v0/pin')) {
      const pinned = new URL(request.url, 'http://ipfs').searchParams.get('arg')
      response.end(`${JSON.stringify({ Pins: [pinned] })}\n`)
    } else {
      const call = JSON.parse(body.toString())
      calls.push(call)
      const answer =
        call.method === 'subgraph_create'
          ? { error: { code: 1, message: 'subgraph name already exists' } }
          : { result: { playground: ':8000/playground', queries: ':8000/queries' } }
      response.end(JSON.stringify({ jsonrpc: '2.0', id: call.id, ...answer }))
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  context.after(() => server.close())
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    manifest() {
      for (const [hash, content] of files) {
        if (!/^specVersion:/m.test(content.toString('latin1'))) continue
        const manifest = load(content.toString()) as {
          dataSources: { name: string; source: { address: string; startBlock: number } }[]
        }
        return { hash, manifest }
      }
      throw new Error('no manifest was uploaded')
    },
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  return Buffer.concat(parts)
}

/** A CIDv0 (the multihash of sha2-256 in base 58), as IPFS names what it is given. */
function contentId(content: Buffer): string {
  const digest = createHash('sha256').update(content).digest()
  return encodeBase58(Buffer.concat([Buffer.from([0x12, 0x20]), digest]))
}

async function deploy(url: string, deployment: string) {
  const child = spawn(process.execPath, [join(ROOT, 'subgraph', 'deploy.js'), url], {
    env: {
      PATH: process.env.PATH,
      INDEXER_URL: url,
      SUBGRAPH_URL: `${url}/subgraphs/name/tributary`,
      TRIBUTARY_DEPLOYMENT: deployment,
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      output += text
    })
  }
  const [code] = await once(child, 'close')
  return { code, output }
}
