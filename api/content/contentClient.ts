import { createHash } from 'node:crypto'
import { TributaryError } from '@tributary/protocol/errors/tributaryError'

/** A body is not in the content store, or is not what its name says. */
export class ContentError extends TributaryError {}

/** Reads a body from the content store by its SHA-256 and checks it. Throws a ContentError. */
export async function readContent(casUrl: string, hash: string): Promise<Uint8Array> {
  const bare = hash.replace(/^(0x|sha256:)/, '').toLowerCase()
  let response: Response
  try {
    response = await fetch(`${casUrl}/cas/${bare}`, { signal: AbortSignal.timeout(15_000) })
  } catch (cause) {
    throw new ContentError('the content store does not answer', {
      code: 'content_unavailable',
      hint: 'Check that a store runs at CAS_URL; ask again in a few seconds.',
      cause,
    })
  }
  if (!response.ok) {
    await response.body?.cancel()
    throw new ContentError(`the content store has no body ${bare} (HTTP ${response.status})`, {
      code: response.status === 404 ? 'content_missing' : 'content_unavailable',
    })
  }
  const bytes = new Uint8Array(await response.arrayBuffer())
  if (createHash('sha256').update(bytes).digest('hex') !== bare) {
    throw new ContentError(`the content store answered ${bare} with other bytes`, {
      code: 'content_corrupt',
    })
  }
  return bytes
}
