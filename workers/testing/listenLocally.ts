import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after } from 'node:test'

/** Lets a server listen on loopback for the tests of a file, and gives its URL. */
export async function listenLocally(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
