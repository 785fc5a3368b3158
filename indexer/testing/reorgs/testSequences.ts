import { after, before, test } from 'node:test'
import pg from 'pg'
import { startPostgres, type TestPostgres } from '../startPostgres.ts'
import { checkSequence } from './checkSequence.ts'

/**
 * A test for each of some sequences, and after them a line of what happened in all.
 *
 * @param seed of the first; the others count up from it.
 */
export function testSequences(seed: number, count: number): void {
  let postgres: TestPostgres
  let [reorgs, deepest, kills, faults, blocks] = [0, 0, 0, 0, 0]

  before(async () => {
    postgres = await startPostgres()
  })

  after(async () => {
    await postgres?.stop()
    console.log(
      `seeds ${seed} to ${seed + count - 1}: ${blocks} blocks, ${reorgs} reorgs (deepest ${deepest}), ${kills} kills, ${faults} faults`,
    )
  })

  for (let one = seed; one < seed + count; one++) {
    test(`sequence ${one} of blocks, reorgs, kills and false answers ends as a clean index does`, async () => {
      const played = await checkSequence(one, postgres.url)
      reorgs += played.reorgs
      deepest = Math.max(deepest, played.deepest)
      kills += played.kills
      blocks += played.chain.byHash.size
      for (const times of played.faults.values()) faults += times
      await dropDatabases(postgres.url, [`sequence_${one}`, `sequence_${one}_clean`])
    })
  }
}

async function dropDatabases(url: string, names: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (const name of names) await client.query(`drop database ${name} with (force)`)
  } finally {
    await client.end()
  }
}
