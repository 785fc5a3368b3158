import assert from 'node:assert/strict'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, test } from 'node:test'
import { RpcClient } from './rpcClient.ts'
import { ContradictionError } from './rpcErrors.ts'

interface Request {
  readonly id: number
  readonly method: string
}

type Respond = (request: Request, response: ServerResponse) => unknown

const servers: Server[] = []

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

/** A node that answers single requests; what `respond` returns is the result. */
async function startNode(respond: Respond): Promise<string> {
  const server = createServer(async (incoming, response) => {
    let text = ''
    for await (const chunk of incoming) text += chunk
    const request = JSON.parse(text) as Request
    const result = respond(request, response)
    if (!response.writableEnded && !response.destroyed) {
      response.end(JSON.stringify({ jsonrpc: '2.0', id: request.id, result }))
    }
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const FAST = { retryMs: 1, retries: 2 }

test('the next node is asked when one fails, in whatever way', async () => {
  const ways: Respond[] = [
    (_, response) => response.writeHead(503).end(),
    (_, response) => response.destroy(),
    (_, response) => response.end('{"jsonrpc": "2.0", "res'),
    ({ id }, response) => {
      response.end(JSON.stringify({ id, error: { code: -32603, message: 'internal error' } }))
    },
    ({ id }, response) => {
      response.end(JSON.stringify({ id, error: { code: -32000, message: 'rate limit' } }))
    },
  ]
  const good = await startNode(() => 'good')
  for (const way of ways) {
    const first = await startNode(way)
    const warnings: string[] = []
    const rpc = new RpcClient(`${first}, ${good}`, { ...FAST, warn: (text) => warnings.push(text) })
    assert.equal(await rpc.call('any'), 'good')
    assert.equal(warnings.length, 1)
    assert.match(warnings[0], /the RPC node 127\.0\.0\.1:\d+ .*another node is asked$/)
    assert.deepEqual(
      rpc.health.map(({ failures }) => failures),
      [1, 0],
    )
  }
})

test('all nodes are asked again, after a wait, when all of them fail', async () => {
  let tries = 0
  const flaky: Respond = (_, response) => {
    tries += 1
    return tries < 5 ? response.writeHead(500).end() : 'at last'
  }
  const rpc = new RpcClient(`${await startNode(flaky)},${await startNode(flaky)}`, FAST)
  assert.equal(await rpc.call('any'), 'at last')
  tries = -100
  await assert.rejects(rpc.call('any'), { name: 'RpcUnreachableError' })
  assert.equal(tries, -94, 'three rounds over two nodes')
})

test('an answer that cannot be true is asked for elsewhere, and named', async () => {
  const liar = await startNode(() => 'wrong')
  const honest = await startNode(() => 'right')
  const warnings: string[] = []
  const rpc = new RpcClient(`${liar},${honest}`, { ...FAST, warn: (text) => warnings.push(text) })
  const read = ([answer]: unknown[]) => {
    if (answer !== 'right') throw new ContradictionError(`${answer} is not right`)
    return answer
  }
  assert.equal(await rpc.ask([['any']], read), 'right')
  assert.match(
    warnings.join('\n'),
    /^the RPC node 127\.0\.0\.1:\d+ gave an answer that is not used: wrong is not right; another node is asked$/,
  )
  const alone = new RpcClient(liar, FAST)
  await assert.rejects(alone.ask([['any']], read), { name: 'ContradictionError' })
})

test('a contract that reverts is no reason to ask another node', async () => {
  let asked = 0
  const reverts = await startNode(({ id }, response) => {
    response.end(JSON.stringify({ id, error: { code: 3, message: 'execution reverted' } }))
  })
  const other = await startNode(() => {
    asked += 1
  })
  const rpc = new RpcClient(`${reverts},${other}`, FAST)
  await assert.rejects(rpc.call('eth_call'), { name: 'RpcError', code: 3 })
  assert.equal(asked, 0)
})

test('why a provider refuses is read from the body beside an HTTP status', async () => {
  const url = await startNode((_, response) => {
    const error = { code: -32614, message: 'eth_getLogs is limited to a 10,000 range' }
    response.writeHead(413).end(JSON.stringify({ jsonrpc: '2.0', id: null, error }))
  })
  await assert.rejects(new RpcClient(url, FAST).call('eth_getLogs'), {
    name: 'RpcError',
    code: -32614,
  })
})

test('a node of another chain is found out when it is first needed, and never used', async () => {
  let broken = false
  const chain: Respond = ({ method }, response) => {
    if (broken) return response.writeHead(500).end()
    return method === 'eth_chainId' ? '0x1' : 'of chain 1'
  }
  const first = await startNode(chain)
  const foreign = await startNode(({ method }) => (method === 'eth_chainId' ? '0x2' : 'of chain 2'))
  const warnings: string[] = []
  const rpc = new RpcClient(`${first},${foreign}`, {
    ...FAST,
    warn: (text) => warnings.push(text),
  })
  assert.equal(await rpc.pin([['eth_chainId']], ([chainId]) => chainId), '0x1')
  assert.equal(await rpc.call('any'), 'of chain 1')
  broken = true
  await assert.rejects(rpc.call('any'), { name: 'RpcUnreachableError' })
  assert.match(warnings.join('\n'), /it serves another chain \("0x2"\) than the one .* \("0x1"\)/)
  broken = false
  assert.equal(await rpc.call('any'), 'of chain 1')
  assert.deepEqual(
    rpc.health.map((node) => node.foreign),
    [false, true],
  )
})

test('nodes at one host are told apart, without their keys', () => {
  const rpc = new RpcClient('https://a.test/key1,https://b.test/,https://a.test/key2')
  assert.deepEqual(
    rpc.health.map(({ name }) => name),
    ['a.test', 'b.test', 'a.test (2)'],
  )
})
