import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePortRange } from '../ports/freePortRange.ts'
import { anvilBinary } from './anvilBinary.ts'
import { rpc } from './rpc.ts'
import { restoreState } from './stateGenerations.ts'

test('a chain keeps its genesis through many kills', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-genesis-'))
  const state = join(folder, 'state.json')
  const port = await freePortRange()
  const url = `http://127.0.0.1:${port}`
  let anvil: ChildProcess | undefined
  try {
    let genesis: string | undefined
    for (let life = 0; life < 6; life++) {
      await restoreState(state)
      const started = Date.now()
      anvil = spawn(
        anvilBinary(),
        ['--port', String(port), '-b', '1', '--state', state, '--state-interval', '1'],
        { stdio: 'ignore' },
      )
      const block = await untilAnswered(() =>
        rpc<{ hash: string }>(url, 'eth_getBlockByNumber', ['0x0', false]),
      )
      genesis ??= block.hash
      assert.equal(block.hash, genesis, `life ${life}`)
      // Killed once its state is on disk.
      while (((await stat(state).catch(() => undefined))?.mtimeMs ?? 0) < started + 500) {
        await sleep(50)
      }
      await sleep(300)
      anvil.kill('SIGKILL')
      await once(anvil, 'exit')
    }
  } finally {
    anvil?.kill('SIGKILL')
    await rm(folder, { recursive: true })
  }
})

async function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await ask()
    } catch (error) {
      if (tries === 200) throw error
      await sleep(50)
    }
  }
}
