import { prefixedHash } from '@tributary/protocol/hashes/bareHash'
import { sha256 } from 'ethers'
import { CliError } from '../command/CliError.ts'
import type { Api } from './api.ts'

/** The bytes of a hash from the content store, verified, or null where they are not there. */
export async function readContent(
  api: Pick<Api, 'bytes'>,
  hash: string,
): Promise<Uint8Array | null> {
  const bytes = await api.bytes(`/v1/content/${prefixedHash(hash)}`)
  if (bytes !== null && sha256(bytes) !== prefixedHash(hash)) {
    throw new CliError(`the content store gave other bytes than ${prefixedHash(hash)} names`, {
      code: 'content_corrupt',
      hint: 'The copy there is damaged; ask whoever runs it.',
    })
  }
  return bytes
}
