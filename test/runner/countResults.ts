import type { Group } from './groups.ts'

export interface Counted {
  passed: number
  failed: number
}

/**
 * Reads how many tests passed and failed from a runner's own closing lines. A runner that ran
 * nothing, or that failed without naming a test, counts as one failure; so does every skipped test,
 * unless the runner says that it was skipped for want of a GPU.
 */
export function countResults(counts: Group['counts'], output: string, code: number): Counted {
  if (counts === 'status') return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
  const counted = { node: countNode, pytest: countPytest, forge: countForge }[counts](output)
  if (code !== 0 && counted.failed === 0) counted.failed = 1
  if (counted.passed + counted.failed === 0) counted.failed = 1
  return counted
}

function last(output: string, pattern: RegExp): number {
  let found = 0
  for (const match of output.matchAll(pattern)) found = Number(match[1])
  return found
}

function countNode(output: string): Counted {
  const of = (name: string) => last(output, new RegExp(`^[ℹ#] ${name} (\\d+)$`, 'gm'))
  return { passed: of('pass'), failed: of('fail') + of('cancelled') + of('skipped') + of('todo') }
}

function countPytest(output: string): Counted {
  const gpu = [...output.matchAll(/^SKIPPED \[(\d+)\].*\bGPU\b/gm)].reduce(
    (sum, match) => sum + Number(match[1]),
    0,
  )
  const skipped = Math.max(0, last(output, /(\d+) skipped/g) - gpu)
  const errors = last(output, /(\d+) errors?\b/g)
  return {
    passed: last(output, /(\d+) passed/g),
    failed: last(output, /(\d+) failed/g) + errors + skipped,
  }
}

function countForge(output: string): Counted {
  const summary =
    /(\d+) tests passed, (\d+) failed, (\d+) skipped \(\d+ total tests\)/.exec(output) ?? []
  return {
    passed: Number(summary[1] ?? 0),
    failed: Number(summary[2] ?? 0) + Number(summary[3] ?? 0),
  }
}
