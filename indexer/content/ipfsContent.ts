import { contentId } from '../manifest/contentId.ts'
import { type Cid, cidText, DAG_PB, isBlockOf, RAW, SHA2_256 } from './cid.ts'
import { type ContentPath, parseContentPath } from './contentPath.ts'
import type { ContentSource } from './contentSource.ts'
import { findInShard } from './findInShard.ts'
import { readNode, type UnixFsNode } from './unixfs.ts'

/** The longest that an IPFS node may take to find a file, and the largest one: graph-node's. */
const TIMEOUT_MS = 60_000
const MAX_BYTES = 25 * 1024 * 1024

/** An IPFS node did not answer, or with something else than what it was asked for. */
export class IpfsError extends Error {
  override readonly name = 'IpfsError'
}

type Api = 'rpc' | 'gateway'

/**
 * Files of an IPFS node: of its API (`…/api/v0/cat`), or of a gateway (`…/ipfs/<content id>`).
 * Whatever it says is held against the content id: a file is taken only when its blocks have the
 * hashes that they are named by.
 */
export class IpfsContent implements ContentSource {
  readonly #url: string
  #api: Api | null = null

  /** @param url of an IPFS node's API or of a gateway, without a path of its own. */
  constructor(url: string) {
    this.#url = url.replace(/\/+$/, '')
  }

  /** @throws IpfsError when the node fails, or answers with another file. */
  async get(name: string): Promise<Uint8Array | null> {
    const wanted = parseContentPath(name)
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    try {
      if (wanted.path === null) {
        const bytes = await this.#file(wanted, signal)
        if (bytes !== null && isFileOf(wanted.cid, bytes)) return bytes
      }
      return await this.#walk(wanted, signal)
    } catch (error) {
      // So long to look for a file means that nobody has it.
      if (signal.aborted) return null
      if (!(error instanceof TypeError)) throw error
      const { cause = error } = error as { cause?: unknown }
      throw new IpfsError(`${this.#url} does not answer: ${(cause as Error).message}`, { cause })
    }
  }

  /** A file as the node puts it together, or null. */
  async #file({ text }: ContentPath, signal: AbortSignal): Promise<Uint8Array | null> {
    const path = `ipfs/${encodeURI(text)}`
    const response =
      (await this.#kind(signal)) === 'rpc'
        ? await fetch(`${this.#url}/api/v0/cat?arg=${encodeURIComponent(text)}`, post(signal))
        : await fetch(`${this.#url}/${path}`, { signal })
    return response.ok ? readBytes(response, text) : discard(response)
  }

  /** A file of its blocks, each one held against its hash. */
  async #walk({ cid, path, text }: ContentPath, signal: AbortSignal): Promise<Uint8Array | null> {
    let node = await this.#node(cid, text, signal)
    for (const name of path?.split('/') ?? []) {
      if (node !== null) node = await this.#entry(node, name, text, signal)
    }
    if (node === null) return null
    if (node.kind !== 'file') throw new IpfsError(`${text} is a folder, and no file`)
    const parts: Uint8Array[] = []
    let size = 0
    // Depth first, from the left: that is the order of a file's parts.
    const waiting: (UnixFsNode | Cid)[] = [node]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const part = 'kind' in next ? next : await this.#node(next, text, signal)
      if (part === null) return null
      parts.push(part.data)
      size += part.data.length
      if (size > MAX_BYTES) throw new IpfsError(`${text} is larger than ${MAX_BYTES} bytes`)
      waiting.push(...part.links.map((link) => link.cid).reverse())
    }
    return new Uint8Array(Buffer.concat(parts))
  }

  /** What lies in a folder under a name. */
  async #entry(
    folder: UnixFsNode,
    name: string,
    of: string,
    signal: AbortSignal,
  ): Promise<UnixFsNode | null> {
    let node: UnixFsNode | null = folder
    for (let usedBits = 0; node?.kind === 'shard'; ) {
      const step = findInShard(node, name, usedBits)
      if (step === null) return null
      usedBits += Math.log2(node.fanout)
      node = await this.#node(step.cid, of, signal)
      if (step.found) return node
    }
    // Below a shard there are names, or further shards.
    const link = folder.kind === 'folder' && folder.links.find((each) => each.name === name)
    return link ? this.#node(link.cid, of, signal) : null
  }

  async #node(cid: Cid, of: string, signal: AbortSignal): Promise<UnixFsNode | null> {
    const id = cidText(cid)
    const response =
      (await this.#kind(signal)) === 'rpc'
        ? await fetch(`${this.#url}/api/v0/block/get?arg=${id}`, post(signal))
        : await fetch(`${this.#url}/ipfs/${id}?format=raw`, {
            signal,
            headers: { accept: 'application/vnd.ipld.raw' },
          })
    if (!response.ok) return discard(response)
    const block = await readBytes(response, of)
    const right = isBlockOf(cid, block)
    if (right) return readNode(cid, block)
    throw new IpfsError(
      right === null
        ? `${of} cannot be verified: the hash 0x${cid.hash.toString(16)} of ${id} is not known here`
        : `${this.#url} answers with something else than ${of}: its block ${id} has another hash`,
    )
  }

  /** Which of both a URL is shows in whether it has a node's API. */
  async #kind(signal: AbortSignal): Promise<Api> {
    if (this.#api === null) {
      const response = await fetch(`${this.#url}/api/v0/version`, post(signal))
      await response.body?.cancel()
      this.#api = response.ok ? 'rpc' : 'gateway'
    }
    return this.#api
  }
}

/** Whether bytes are the whole file of a content id, as `ipfs add` makes it with its defaults. */
function isFileOf(cid: Cid, bytes: Uint8Array): boolean {
  if (cid.codec === RAW) return isBlockOf(cid, bytes) === true
  if (cid.codec !== DAG_PB || cid.hash !== SHA2_256) return false
  return contentId(bytes) === cidText({ ...cid, version: 0 })
}

function post(signal: AbortSignal): RequestInit {
  return { method: 'POST', signal }
}

async function readBytes(response: Response, name: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body ?? []) {
    size += part.length
    if (size > MAX_BYTES) throw new IpfsError(`${name} is larger than ${MAX_BYTES} bytes`)
    parts.push(part)
  }
  return new Uint8Array(Buffer.concat(parts))
}

async function discard(response: Response): Promise<null> {
  await response.body?.cancel()
  return null
}
