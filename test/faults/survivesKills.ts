import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { brokenEqualities } from './brokenEqualities.ts'
import { killPlan, PROCESSES } from './killPlan.ts'
import { RunningSystem } from './RunningSystem.ts'
import { runUnderKills, type Survived } from './runUnderKills.ts'

/** Titles of the steps from which on every process is killed once. */
const ROUNDS = ['Contributing', 'Training', 'Settling']

/**
 * The tests of a system that is killed part by part while the loop runs: the supervisor brings the
 * parts back, the loop comes to its end, and not a wei is lost or paid twice.
 *
 * @param options.model gives the folder of the base model, undefined for the real one
 * @param options.meanMs between two kills
 */
export function survivesKills(options: {
  model: () => Promise<string | undefined>
  meanMs: number
}): void {
  const seed = Number(process.env.FAULTS_SEED ?? 1)
  let system: RunningSystem
  let survived: Survived

  before(async () => {
    console.log(`  FAULTS_SEED=${seed}`)
    system = await RunningSystem.start(await options.model())
    const rounds = killPlan(seed, ROUNDS, options.meanMs)
    survived = await runUnderKills(system, ['--plan', 'small'], rounds)
  })
  after(async () => {
    await system?.remove()
  })

  test('every process was killed three times, the stack once, and the loop came to its end', () => {
    for (const name of PROCESSES) assert.equal(survived.kills.get(name)?.length, 3, name)
    assert.equal(survived.kills.get('stack')?.length, 1)
    assert.equal(survived.result.ok, true)
    assert.equal(survived.result.ppmSum, 1_000_000)
  })

  test('an honest receipt verifies, one with a single changed share does not', () => {
    assert.deepEqual(survived.result.verify, { honest: true, tampered: false })
  })

  test('vectors, fees, ledger, subgraph and contract agree; nothing is there or paid twice', async () => {
    // An answer whose reader was gone when it ended is settled like the others, only later.
    const deadline = Date.now() + 90_000
    let broken = await brokenEqualities(system)
    while (broken.length > 0 && Date.now() < deadline) {
      await sleep(1000)
      broken = await brokenEqualities(system)
    }
    assert.deepEqual(broken, [])
  })

  test('every process lives in the end', () => {
    for (const name of PROCESSES) assert.ok(system.pid(name), `${name} is gone`)
  })
}
