import { type Cid, cidText, parseCid } from './cid.ts'

/** A file that IPFS is asked for: by its own content id, or by a path below a folder's. */
export interface ContentPath {
  readonly cid: Cid
  readonly path: string | null
  /** Its one form: `<content id>[/<path>]`. */
  readonly text: string
}

/** What was given to name a file names none. */
export class ContentPathError extends Error {
  override readonly name = 'ContentPathError'
}

/**
 * Reads what names a file of IPFS: a content id, a path below one, or a URL with it.
 *
 * @throws ContentPathError in graph-node's words.
 */
export function parseContentPath(input: string): ContentPath {
  const text = input.trim()
  if (text === '') throw pathError('', 'content path is empty')
  if (!text.startsWith('http://') && !text.startsWith('https://')) return readPath(text)
  if (!URL.canParse(text)) throw pathError(text, 'input is not a valid URL')
  const url = new URL(text)
  const named = url.searchParams.get('arg')
  if (named !== null) return readPath(named)
  const at = url.pathname.indexOf('/ipfs/')
  return readPath(at === -1 ? url.pathname : url.pathname.slice(at + '/ipfs/'.length))
}

function readPath(given: string): ContentPath {
  let input = given.replace(/^\/+|\/+$/g, '')
  for (const prefix of ['ipfs/', 'ipfs://']) {
    if (input.startsWith(prefix)) input = input.slice(prefix.length)
  }
  const end = input.indexOf('/')
  const cid = parseCid(end === -1 ? input : input.slice(0, end))
  if (cid === null) throw pathError(input, 'invalid CID')
  const path = end === -1 ? '' : input.slice(end + 1)
  if (path.includes('?')) throw pathError(input, 'query parameters not allowed')
  const text = cidText(cid)
  return path === '' ? { cid, path: null, text } : { cid, path, text: `${text}/${path}` }
}

function pathError(input: string, reason: string): ContentPathError {
  return new ContentPathError(`'${input}' is not a valid IPFS content path: ${reason}`)
}
