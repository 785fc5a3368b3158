import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunningSystem } from '../faults/RunningSystem.ts'
import { until } from './until.ts'
import { withChain } from './withChain.ts'

/**
 * Waits until what the development chain holds now would outlive a kill: anvil writes its state every
 * few seconds, and one that is killed while it writes goes on from the state before.
 */
export async function chainIsSaved(system: RunningSystem): Promise<void> {
  const head = await withChain(system, ({ provider }) => provider.getBlockNumber())
  const file = join(system.dataFolder, 'anvil', 'state.json.previous')
  await until(`block ${head} is saved`, async () => {
    const { best_block_number: saved } = JSON.parse(await readFile(file, 'utf8'))
    return Number(saved) >= head
  })
}
