import type { Pool } from 'pg'

/** Names that are remembered. */
const MAX_KEPT = 10_000

/**
 * Labels of the Ethereum Name Service by their hashes, as far as somebody put them into the
 * database's table `ens_names`: a hash alone tells nothing.
 */
export class EnsNames {
  readonly #pool: Pool
  readonly #names = new Map<string, string | null>()
  /** Whether there is no name at all; null before anybody looked. */
  isEmpty: boolean | null = null

  constructor(pool: Pool) {
    this.#pool = pool
  }

  /** @returns undefined when the name is not in memory: {@link load} it. */
  get(hash: string): string | null | undefined {
    return this.#names.get(hash)
  }

  async load(hash: string): Promise<void> {
    const { rows } = await this.#pool.query('select name from public.ens_names where hash = $1', [
      hash,
    ])
    if (this.isEmpty === null) {
      const { rows: any } = await this.#pool.query('select 1 from public.ens_names limit 1')
      this.isEmpty = any.length === 0
    }
    if (this.#names.size >= MAX_KEPT) this.#names.clear()
    this.#names.set(hash, rows[0]?.name ?? null)
  }
}
