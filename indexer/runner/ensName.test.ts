import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pool } from 'pg'
import { TransientError } from '../errors/hostErrors.ts'
import { EnsNames } from '../store/ensNames.ts'
import { Suspension } from '../wasm/suspension.ts'
import type { DataSource } from './dataSource.ts'
import { type BlockContext, TriggerContext } from './triggerContext.ts'

/** Names in place of the table `ens_names`. */
function namesOf(table: Readonly<Record<string, string>>): EnsNames {
  const query = async (_sql: string, values?: readonly string[]) => {
    const names = values === undefined ? Object.values(table) : values.map((hash) => table[hash])
    return { rows: names.filter((name) => name !== undefined).map((name) => ({ name })) }
  }
  return new EnsNames({ query } as unknown as Pool)
}

/** Asks as a handler does, which is run again once the name was looked up. */
async function ask(ens: EnsNames | null, hash: string): Promise<string | null> {
  const context = new TriggerContext({ ens } as unknown as BlockContext, {} as DataSource)
  for (;;) {
    try {
      return context.ensName(hash)
    } catch (error) {
      if (!(error instanceof Suspension)) throw error
      await error.load()
    }
  }
}

test('a name is found by its hash, and none is null', async () => {
  const ens = namesOf({ '0x01': 'vitalik' })
  assert.equal(await ask(ens, '0x01'), 'vitalik')
  assert.equal(await ask(ens, '0x02'), null)
})

test('without any names a handler fails, and not deterministically', async () => {
  for (const ens of [namesOf({}), null]) {
    await assert.rejects(
      ask(ens, '0x01'),
      (error) =>
        error instanceof TransientError &&
        error.message === 'Missing ENS data: see https://github.com/graphprotocol/ens-rainbow',
    )
  }
})
