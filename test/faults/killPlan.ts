import { createHash } from 'node:crypto'
import { seededShuffle } from '@tributary/cli/sample/questions/seededShuffle'

/** Every process of a running system. The server of Postgres is a child of its launcher. */
export const PROCESSES = [
  'postgres',
  'postgres server',
  'anvil',
  'clickhouse',
  'storage',
  'api',
  'indexer',
  'control',
  'engine',
  'ingest',
  'attribution',
  'training',
  'settlement',
  'mirror',
] as const

export interface Kill {
  /** A process, or `stack`: what has started and watches all the others. */
  name: string
  /** Milliseconds after the kill before it, or after the beginning of the round. */
  afterMs: number
}

/** What is killed from one step of the loop on. */
export interface Round {
  /** Name of the step, as the loop announces it. */
  step: string
  kills: Kill[]
}

/**
 * Kills every process once in each round, in an order and at moments that follow from the seed, and
 * the stack itself in the last.
 *
 * @param steps where each round begins
 * @param meanMs between two kills
 */
export function killPlan(seed: number, steps: readonly string[], meanMs: number): Round[] {
  return steps.map((step, round) => {
    const isLast = round === steps.length - 1
    const names = seededShuffle([...PROCESSES, ...(isLast ? ['stack'] : [])], seed * 1000 + round)
    return {
      step,
      kills: names.map((name, at) => ({
        name,
        afterMs: Math.round(meanMs * (0.4 + 1.2 * fraction(`${seed}:${round}:${at}`))),
      })),
    }
  })
}

/** A number from 0 to 1 that follows from a text. */
function fraction(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32
}
