import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { it } from 'node:test'
import { DeploymentError } from '../deployment/deployment.ts'
import { waitForChain } from './waitForChain.ts'

it('waits for a chain that is not up yet', async () => {
  let requests = 0
  const server = createServer((_, response) => {
    requests += 1
    response.statusCode = requests < 3 ? 503 : 200
    response.end(requests < 3 ? '{}' : '{"jsonrpc":"2.0","id":1,"result":"0x7a69"}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    assert.equal(await waitForChain(`http://127.0.0.1:${port}`, 5000), 31337n)
    assert.equal(requests, 3)
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

it('says where no chain answered', async () => {
  // Port 9 (discard) is bound by nobody.
  await assert.rejects(waitForChain('http://127.0.0.1:9/secret', 300), (error) => {
    assert.ok(error instanceof DeploymentError)
    assert.equal(error.code, 'chain_unreachable')
    assert.equal(error.message, 'no chain answered at 127.0.0.1:9')
    return true
  })
})
