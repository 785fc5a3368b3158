import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { RpcClient } from '../../chain/rpcClient.ts'
import { metricsText } from './metricFamily.ts'
import { RpcMetrics } from './rpcMetrics.ts'

test('Prometheus finds how each node of the chain answers', async () => {
  let broken = true
  const chainIds = ['0x1', '0x1', '0x2']
  const servers = chainIds.map((chainId, at) =>
    createServer(async (incoming, response) => {
      let text = ''
      for await (const chunk of incoming) text += chunk
      if (broken && at === 0) response.writeHead(503)
      const { id } = JSON.parse(text)
      response.end(broken && at === 0 ? '' : JSON.stringify({ id, result: chainId }))
    }),
  )
  try {
    const [first, second, foreign] = await Promise.all(
      servers.map(async (server) => {
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
        return `127.0.0.1:${(server.address() as AddressInfo).port}`
      }),
    )
    const metrics = new RpcMetrics()
    const urls = [first, second, foreign].map((name) => `http://${name}/key`).join()
    const rpc = new RpcClient(urls, { retryMs: 1, observer: metrics })
    const lines = () => metricsText(metrics.families()).split('\n')
    assert.ok(lines().includes(`eth_rpc_status{provider="${second}"} 0`), 'before any request')

    await rpc.pin([['eth_chainId']], ([chainId]) => chainId)
    await rpc.askEach([['eth_chainId']], () => {})
    assert.deepEqual(
      lines().filter((line) => /^eth_rpc_(errors|status|failures_in_a_row|\w+_count)\{/.test(line)),
      [
        `eth_rpc_request_duration_count{method="eth_chainId",provider="${second}"} 2`,
        `eth_rpc_request_duration_count{method="eth_chainId",provider="${foreign}"} 1`,
        `eth_rpc_errors{method="eth_chainId",provider="${first}"} 1`,
        `eth_rpc_status{provider="${first}"} 0`,
        `eth_rpc_status{provider="${second}"} 0`,
        `eth_rpc_status{provider="${foreign}"} 2`,
        `eth_rpc_failures_in_a_row{provider="${first}"} 1`,
        `eth_rpc_failures_in_a_row{provider="${second}"} 0`,
        `eth_rpc_failures_in_a_row{provider="${foreign}"} 0`,
      ],
    )

    // Nobody is left when the second one is gone too, so the first one is asked again.
    broken = false
    servers[1]?.closeAllConnections()
    servers[1]?.close()
    await rpc.call('eth_chainId')
    assert.ok(lines().includes(`eth_rpc_failures_in_a_row{provider="${first}"} 0`))
    assert.ok(lines().includes(`eth_rpc_failures_in_a_row{provider="${second}"} 1`))
  } finally {
    for (const server of servers) {
      server.closeAllConnections()
      server.close()
    }
  }
})
