import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { byHash, openBlobStore } from '../blobs/blobStore.ts'
import { diskFileSystem, type FileSystem } from '../blobs/fileSystem.ts'
import { missing } from '../blobs/storeError.ts'
import { bodyOf, createServer } from '../http/createServer.ts'
import { decodeCommitment, encodeCommitment } from './commitment.ts'

/** Most bytes of one body, as EigenDA's: 16 MiB. */
export const MAX_BODY_BYTES = 16 * 2 ** 20

/**
 * The Alt-DA store over HTTP, with the routes and bytes of eigenda-proxy's generic commitments.
 *
 * - `POST /put` body: 200, the raw bytes of the commitment; 413, 507
 * - `GET /get/0x<commitment>`: 200 the body; 404 unknown; 400 not a generic commitment
 *
 * @param folder where the bodies lie
 */
export async function createAvailabilityServer(
  folder: string,
  options: { maxBytes?: number; fileSystem?: FileSystem } = {},
): Promise<FastifyInstance> {
  const { maxBytes = MAX_BODY_BYTES, fileSystem = diskFileSystem } = options
  const blobs = await openBlobStore(join(folder, 'bodies'), { maxBytes, fileSystem })
  const server = createServer()

  for (const url of ['/put', '/put/']) {
    server.post(url, async (request, reply) => {
      const { name } = await blobs.put(bodyOf(request), byHash())
      return reply.type('application/octet-stream').send(encodeCommitment(name))
    })
  }
  server.get<{ Params: { commitment: string } }>('/get/:commitment', async (request, reply) => {
    const hash = decodeCommitment(request.params.commitment)
    if (hash === null) throw missing(`the body of commitment ${request.params.commitment}`)
    const { size, stream } = await blobs.read(hash)
    return reply.type('application/octet-stream').header('content-length', size).send(stream)
  })
  return server
}
