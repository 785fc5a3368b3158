import { createHash } from 'node:crypto'
import type { Pool } from 'pg'
import { contentId } from '../manifest/contentId.ts'
import { cidText, DAG_PB, RAW, SHA2_256 } from './cid.ts'
import { type ContentPath, ContentPathError, parseContentPath } from './contentPath.ts'
import type { ContentSource } from './contentSource.ts'

/** Uploaded files, kept in the host's database, so that they are there after a restart. */
export class DatabaseContent implements ContentSource {
  readonly #pool: Pool
  readonly #listeners = new Set<(names: readonly string[]) => void>()

  constructor(pool: Pool) {
    this.#pool = pool
  }

  async get(name: string): Promise<Uint8Array | null> {
    const found = condition(name)
    if (found === null) return null
    const { rows } = await this.#pool.query(
      `select bytes from public.content where ${found.where}`,
      [found.value],
    )
    return rows[0]?.bytes ?? null
  }

  /** Keeps a file. @returns its content id: what `ipfs add` would give it. */
  async add(bytes: Uint8Array): Promise<string> {
    const id = contentId(bytes)
    await this.#pool.query(
      'insert into public.content (id, bytes) values ($1, $2) on conflict do nothing',
      [id, Buffer.from(bytes)],
    )
    const names = [id, ...otherNames(id, bytes)]
    for (const listener of this.#listeners) listener(names)
    return id
  }

  onAdded(listener: (names: readonly string[]) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
}

/** Content ids of version 1 by which a file may be asked for as well. */
function otherNames(id: string, bytes: Uint8Array): string[] {
  const cid = parseContentPath(id).cid
  const digest = createHash('sha256').update(bytes).digest()
  return [cidText({ ...cid, version: 1 }), cidText({ ...cid, version: 1, codec: RAW, digest })]
}

/** A file is kept under the id of its tree of blocks; it may be asked for as one block, too. */
function condition(
  name: string,
): { readonly where: string; readonly value: string | Uint8Array } | null {
  const named = parsed(name)
  // Only files are uploaded, no folders.
  if (named === null || named.path !== null) return null
  const { cid } = named
  if (cid.hash !== SHA2_256) return null
  if (cid.codec === RAW) return { where: 'sha256(bytes) = $1', value: Buffer.from(cid.digest) }
  if (cid.codec !== DAG_PB) return null
  return { where: 'id = $1', value: cidText({ ...cid, version: 0 }) }
}

function parsed(name: string): ContentPath | null {
  try {
    return parseContentPath(name)
  } catch (error) {
    if (error instanceof ContentPathError) return null
    throw error
  }
}
