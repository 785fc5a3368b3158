import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import { assertPortsFree, PortTakenError } from './assertPortsFree.ts'

test('a taken port is named with the part that wants it', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  try {
    await assert.rejects(assertPortsFree([{ name: 'api', port }]), (error) => {
      assert.ok(error instanceof PortTakenError)
      assert.match(error.message, new RegExp(`port ${port} \\(api\\) is taken`))
      return true
    })
  } finally {
    server.close()
    await once(server, 'close')
  }
  await assertPortsFree([{ name: 'api', port }])
})
