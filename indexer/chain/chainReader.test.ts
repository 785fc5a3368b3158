import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, test } from 'node:test'
import { freePort } from '../testing/freePort.ts'
import { ChainReader } from './chainReader.ts'
import { RpcClient } from './rpcClient.ts'

interface Request {
  readonly id: number
  readonly method: string
  readonly params: readonly unknown[]
}

type Handler = (request: Request) => { result?: unknown; error?: { code: number; message: string } }

let server: Server | undefined

afterEach(
  () => new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve())),
)

/** A node whose every answer the test gives; `refuse` may answer a whole HTTP body with a status. */
async function startNode(
  handle: Handler,
  refuse: (body: Request | Request[]) => number | null = () => null,
): Promise<RpcClient> {
  server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const body = JSON.parse(text) as Request | Request[]
    const status = refuse(body)
    if (status !== null) {
      response.writeHead(status).end()
      return
    }
    const answer = (one: Request) => ({ jsonrpc: '2.0', id: one.id, ...handle(one) })
    response.end(JSON.stringify(Array.isArray(body) ? body.map(answer).reverse() : answer(body)))
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return new RpcClient(`http://127.0.0.1:${port}`, { batchSize: 8, retryMs: 1 })
}

function rawLog(block: number, logIndex: number, blockHash = `0x${block}`): object {
  return {
    address: '0xAB',
    topics: [],
    data: '0x',
    blockHash,
    blockNumber: `0x${block.toString(16)}`,
    transactionHash: '0x1',
    transactionIndex: '0x0',
    logIndex: `0x${logIndex.toString(16)}`,
  }
}

function rawBlock(number: number): object {
  const [hash, parentHash] = [`0x${number}`, `0x${number - 1}`]
  return {
    number: `0x${number.toString(16)}`,
    hash,
    parentHash,
    timestamp: '0x1',
    transactions: [],
  }
}

const FILTER = [{ addresses: ['0xab'], firstTopics: null }]

test('finds the longest range that the node takes, and covers every block once', async () => {
  const asked: [number, number][] = []
  const rpc = await startNode(({ method, params }) => {
    if (method === 'eth_getBlockByNumber') return { result: rawBlock(Number(params[0])) }
    const { fromBlock, toBlock } = params[0] as { fromBlock: string; toBlock: string }
    const [from, to] = [Number(fromBlock), Number(toBlock)]
    if (to - from + 1 > 100) return { error: { code: -32000, message: 'range too long' } }
    asked.push([from, to])
    return { result: [rawLog(to, 1), rawLog(to, 0), rawLog(from, 0)] }
  })
  const reader = new ChainReader(rpc)
  let next = 1
  while (next <= 1_000) {
    const { logs, to } = await reader.logsFrom(FILTER, next, 1_000)
    assert.deepEqual(
      logs.map((log) => [log.blockNumber, log.logIndex]),
      [
        [next, 0],
        [to, 0],
        [to, 1],
      ],
    )
    next = to + 1
  }
  assert.equal(asked[0][0], 1)
  assert.equal(asked.at(-1)?.[1], 1_000)
  for (const [index, [from]] of asked.slice(1).entries()) assert.equal(from, asked[index][1] + 1)
})

test('splits batches that the provider refuses, and tries again when it is overloaded', async () => {
  let overloaded = 3
  const rpc = await startNode(
    ({ params }) => ({ result: params[0] }),
    (body) => {
      if (Array.isArray(body) && body.length > 2) return 413
      return overloaded-- > 0 ? 503 : null
    },
  )
  const calls = Array.from({ length: 20 }, (_, index) => ['echo', index] as const)
  assert.deepEqual(
    await rpc.callAll(calls),
    calls.map(([, index]) => index),
  )
})

test('an error of the node is thrown with its code, and not tried again', async () => {
  let tries = 0
  const rpc = await startNode(() => {
    tries += 1
    return { error: { code: 3, message: 'execution reverted' } }
  })
  await assert.rejects(rpc.call('eth_call', {}), { name: 'RpcError', code: 3 })
  assert.equal(tries, 1)
})

test('a node that is away is named without the path, which may hold a key', async () => {
  const port = await freePort()
  const rpc = new RpcClient(`http://127.0.0.1:${port}/secret`, { retries: 0 })
  await assert.rejects(rpc.call('eth_chainId'), (error: Error) => {
    assert.match(error.message, /the RPC node 127\.0\.0\.1:\d+ does not answer: .*ECONNREFUSED/)
    assert.doesNotMatch(error.message, /secret/)
    return true
  })
})

test('a log of another block than the one asked for is refused', async () => {
  const rpc = await startNode(() => ({ result: [rawLog(5, 0, '0xdd')] }))
  const reader = new ChainReader(rpc)
  await assert.rejects(reader.logsOf(FILTER, [{ number: 5, hash: '0x5' }]), {
    name: 'ContradictionError',
    message: /a log of block 5 \(0xdd\) is given for block 5 \(0x5\)/,
  })
})

test('without the tags a depth of 250 blocks counts as final, and none above as safe', async () => {
  const hash = `0x${'0'.repeat(64)}`
  const rpc = await startNode(({ params }) => {
    if (params[0] !== 'latest') return { error: { code: -32602, message: 'unknown tag' } }
    const block = { number: '0x12c', hash, parentHash: hash, timestamp: '0x1', transactions: [] }
    return { result: { ...block, gasUsed: '0x0', gasLimit: '0x0' } }
  })
  const heads = await new ChainReader(rpc).heads()
  assert.equal(heads.latest.number, 300)
  assert.equal(heads.safe, 50)
  assert.equal(heads.finalized, 50)
})

test('finds a block by its hash, unless the chain has none or has replaced it', async () => {
  const rpc = await startNode(({ method, params }) => {
    if (method === 'eth_getBlockByNumber') return { result: rawBlock(Number(params[0])) }
    if (params[0] === '0x7') return { result: rawBlock(7) }
    return { result: params[0] === '0x7b' ? { ...rawBlock(7), hash: '0x7b' } : null }
  })
  const chain = new ChainReader(rpc)
  assert.equal(await chain.blockNumber('0x7'), 7)
  assert.equal(await chain.blockNumber('0x7b'), null)
  assert.equal(await chain.blockNumber('0x8'), null)
})
