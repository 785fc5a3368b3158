import { setTimeout as sleep } from 'node:timers/promises'
import type { SampleResult } from '@tributary/cli/sample/result/SampleResult'
import { loopClient } from '../loop/loopClient.ts'
import type { Round } from './killPlan.ts'
import type { RunningSystem } from './RunningSystem.ts'

/** What came of the loop while its system was killed part by part. */
export interface Survived {
  result: SampleResult
  /** How often each process was killed, and in which steps. */
  kills: Map<string, string[]>
  /** Runs of the loop client; it goes on where the one before it stopped. */
  runs: number
}

/** Runs of the loop client before the system counts as broken. */
const MOST_RUNS = 8

/**
 * Runs the loop to its end while every process of the system is killed as planned. The supervisor
 * brings them back; a killed stack is started again on the same folder.
 */
export async function runUnderKills(
  system: RunningSystem,
  args: readonly string[],
  rounds: readonly Round[],
): Promise<Survived> {
  const started = Date.now()
  const say = (line: string) =>
    console.log(`  ${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}`)
  const kills = new Map<string, string[]>()
  const over = new AbortController()
  const steps: string[] = []

  const killer = (async () => {
    for (const round of rounds) {
      while (!steps.some((title) => title.startsWith(round.step))) {
        await sleep(50, undefined, { signal: over.signal })
      }
      for (const { name, afterMs } of round.kills) {
        await sleep(afterMs, undefined, { signal: over.signal })
        const pid = await system.kill(name)
        kills.set(name, [...(kills.get(name) ?? []), steps.at(-1) ?? ''])
        say(`kill -9 ${name} (${pid})`)
        if (name === 'stack') await system.start()
      }
    }
  })()
  // A failed killer ends the loop below, at its next look.
  let broken: unknown
  let planned = false
  killer.then(
    () => {
      planned = true
    },
    (error) => {
      broken = error
    },
  )

  try {
    for (let runs = 1; runs <= MOST_RUNS; runs++) {
      const { code, result } = await loopClient(system.env, args, (line) => {
        say(line)
        if (line.startsWith('• ')) steps.push(line.slice(2))
      })
      if (broken !== undefined) throw broken
      if (code === 0 && result !== null && planned) return { result, kills, runs }
      say(`the loop client ended with exit code ${code}; it is started again`)
    }
    throw new Error(`the loop did not come to its end in ${MOST_RUNS} runs`)
  } finally {
    over.abort()
    await killer.catch(() => {})
  }
}
