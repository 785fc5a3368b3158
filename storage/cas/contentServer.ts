import { join } from 'node:path'
import { bareHash } from '@tributary/protocol/hashes/bareHash'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { byHash, openBlobStore } from '../blobs/blobStore.ts'
import { diskFileSystem, type FileSystem } from '../blobs/fileSystem.ts'
import { bodyOf, createServer } from '../http/createServer.ts'
import { openSaltStore } from './saltStore.ts'

/** Most bytes of one blob: 8 GiB, the weights of a base model included. */
export const MAX_BLOB_BYTES = 8 * 2 ** 30

/**
 * The content-addressed store over HTTP. Hashes are 64 hex digits, with or without `0x`.
 *
 * - `PUT /cas/<sha256>` raw bytes: 201, 200 where it was there, 400 for another hash, 413, 507
 * - `GET|HEAD /cas/<sha256>`: 200 or 404
 * - `DELETE /cas/<sha256>`: 204, erased
 * - `PUT|GET|DELETE /salts/<leaf>`: the 32 bytes that open a record's leaf
 *
 * @param folder where blobs and salts lie
 */
export async function createContentServer(
  folder: string,
  options: { maxBytes?: number; fileSystem?: FileSystem } = {},
): Promise<FastifyInstance> {
  const { maxBytes = MAX_BLOB_BYTES, fileSystem = diskFileSystem } = options
  const blobs = await openBlobStore(join(folder, 'blobs'), { maxBytes, fileSystem })
  const salts = await openSaltStore(join(folder, 'salts'), fileSystem)
  const server = createServer()

  server.put<{ Params: { hash: string } }>('/cas/:hash', async (request, reply) => {
    const expected = bareHash(request.params.hash)
    const { name, isNew } = await blobs.put(bodyOf(request), byHash(expected))
    return reply.code(isNew ? 201 : 200).send({ hash: `0x${name}` })
  })
  server.head<{ Params: { hash: string } }>('/cas/:hash', async (request, reply) => {
    const hash = bareHash(request.params.hash)
    const size = await blobs.size(hash)
    return size === null ? reply.code(404).send() : describe(reply, hash, size).send()
  })
  server.get<{ Params: { hash: string } }>('/cas/:hash', async (request, reply) => {
    const hash = bareHash(request.params.hash)
    const { size, stream } = await blobs.read(hash)
    return describe(reply, hash, size).send(stream)
  })
  server.delete<{ Params: { hash: string } }>('/cas/:hash', async (request, reply) => {
    await blobs.remove(bareHash(request.params.hash))
    return reply.code(204).send()
  })

  server.put<{ Params: { leaf: string } }>('/salts/:leaf', async (request, reply) => {
    const isNew = await salts.put(bareHash(request.params.leaf), bodyOf(request))
    return reply.code(isNew ? 201 : 200).send({ leaf: `0x${bareHash(request.params.leaf)}` })
  })
  server.get<{ Params: { leaf: string } }>('/salts/:leaf', async (request, reply) =>
    reply
      .header('content-type', 'application/octet-stream')
      .header('cache-control', 'no-store')
      .send(await salts.get(bareHash(request.params.leaf))),
  )
  server.delete<{ Params: { leaf: string } }>('/salts/:leaf', async (request, reply) => {
    await salts.remove(bareHash(request.params.leaf))
    return reply.code(204).send()
  })
  return server
}

function describe(reply: FastifyReply, hash: string, size: number): FastifyReply {
  return reply
    .header('content-type', 'application/octet-stream')
    .header('content-length', size)
    .header('etag', `"${hash}"`)
    .header('cache-control', 'public, max-age=31536000, immutable')
}
