import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { SampleResult } from '@tributary/cli/sample/result/SampleResult'
import { root } from './system.ts'

/** One run of the sample loop; `result` is null when it stopped before its end. */
export interface LoopRun {
  code: number
  result: SampleResult | null
}

/** Runs the sample loop as a client of a system and hands on every line that it says. */
export async function loopClient(
  env: Record<string, string>,
  args: readonly string[],
  onLine: (line: string) => void,
): Promise<LoopRun> {
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      join(root, 'cli', 'sample', 'main.ts'),
      ...args,
      '--json',
    ],
    { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let last = ''
  createInterface({ input: child.stderr }).on('line', onLine)
  createInterface({ input: child.stdout }).on('line', (line) => {
    last = line
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return {
    code: code ?? 1,
    result: last.startsWith('{') ? (JSON.parse(last) as SampleResult) : null,
  }
}
