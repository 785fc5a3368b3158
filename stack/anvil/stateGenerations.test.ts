import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { keepGeneration, restoreState } from './stateGenerations.ts'

const state = (block: number) => JSON.stringify({ block, accounts: {}, blocks: [] })

test('a half-written state is replaced by the last complete one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-state-'))
  const file = join(folder, 'state.json')
  try {
    assert.equal(await restoreState(file), 'none')
    await writeFile(file, state(1))
    assert.equal(await keepGeneration(file), true)
    assert.equal(await keepGeneration(file), false)
    await writeFile(file, state(2).slice(0, 20))
    await utimes(file, new Date(), new Date(Date.now() + 5000))
    assert.equal(await keepGeneration(file), false, 'a broken file is never kept')
    assert.equal(await restoreState(file), 'restored')
    assert.equal(await readFile(file, 'utf8'), state(1))
    await writeFile(file, state(3))
    assert.equal(await restoreState(file), 'kept')
    assert.equal(await readFile(file, 'utf8'), state(3))
  } finally {
    await rm(folder, { recursive: true })
  }
})
