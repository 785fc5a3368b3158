import { promisify } from 'node:util'
import { brotliCompress, constants, gzip, zstdCompress } from 'node:zlib'

/** Below this a compressed answer is hardly smaller. */
const LEAST_BYTES = 1024

type Codec = 'gzip' | 'zstd' | 'br'

const ENCODERS: Record<Codec, (bytes: Uint8Array) => Promise<Buffer>> = {
  gzip: (bytes) => promisify(gzip)(bytes, { level: 3 }) as Promise<Buffer>,
  zstd: (bytes) => promisify(zstdCompress)(bytes) as Promise<Buffer>,
  br: (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 4 },
    }) as Promise<Buffer>,
}

/** The body in a coding that the client accepts, where it asked for one. */
export async function compress(
  body: Uint8Array,
  accepted: string,
): Promise<{ body: Uint8Array; encoding: Codec | null }> {
  const offered = accepted.split(',').map((part) => part.split(';')[0]?.trim())
  const encoding = (['gzip', 'zstd', 'br'] as const).find((codec) => offered.includes(codec))
  if (encoding === undefined || body.length < LEAST_BYTES) return { body, encoding: null }
  return { body: await ENCODERS[encoding](body), encoding }
}
