import type { Pool } from 'pg'
import { contentId } from '../manifest/contentId.ts'
import type { ContentSource } from './contentSource.ts'

/** Uploaded files, kept in the host's database, so that they are there after a restart. */
export class DatabaseContent implements ContentSource {
  readonly #pool: Pool

  constructor(pool: Pool) {
    this.#pool = pool
  }

  async get(id: string): Promise<Uint8Array | null> {
    const { rows } = await this.#pool.query('select bytes from public.content where id = $1', [id])
    return rows[0]?.bytes ?? null
  }

  /** Keeps a file. @returns its content id: what `ipfs add` would give it. */
  async add(bytes: Uint8Array): Promise<string> {
    const id = contentId(bytes)
    await this.#pool.query(
      'insert into public.content (id, bytes) values ($1, $2) on conflict do nothing',
      [id, Buffer.from(bytes)],
    )
    return id
  }
}
