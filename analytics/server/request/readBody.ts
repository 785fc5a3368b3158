import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib'
import { ServerException } from '../exception.ts'

/** Largest body, compressed or not. */
const MOST_BYTES = 256 * 1024 * 1024

const options = { maxOutputLength: MOST_BYTES }
const DECODERS: Record<string, (bytes: Buffer) => Promise<Buffer>> = {
  gzip: (bytes) => promisify(gunzip)(bytes, options) as Promise<Buffer>,
  deflate: (bytes) => promisify(inflate)(bytes, options) as Promise<Buffer>,
  br: (bytes) => promisify(brotliDecompress)(bytes, options) as Promise<Buffer>,
  zstd: (bytes) => promisify(zstdDecompress)(bytes, options) as Promise<Buffer>,
}

/** The whole body of a request, without its compression. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity'
  const decode = DECODERS[encoding]
  if (decode === undefined && encoding !== 'identity') {
    throw new ServerException('NOT_IMPLEMENTED', `Content-Encoding ${encoding} is not supported`)
  }
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MOST_BYTES) throw tooLarge()
    chunks.push(chunk)
  }
  const bytes = Buffer.concat(chunks)
  if (decode === undefined || bytes.length === 0) return bytes
  try {
    return await decode(bytes)
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge()
    throw new ServerException('BAD_ARGUMENTS', `The body is not ${encoding}: ${error}`)
  }
}

function tooLarge(): ServerException {
  return new ServerException(
    'BAD_ARGUMENTS',
    `The body is larger than ${MOST_BYTES} bytes; send smaller batches`,
  )
}
