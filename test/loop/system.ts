import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SampleResult } from '@tributary/cli/sample/result/SampleResult'
import { freePortRange } from '@tributary/stack/ports/freePortRange'
import { type Stack, startStack } from '@tributary/stack/startStack'

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** A whole system in a folder of its own, for one test. */
export interface System {
  stack: Stack
  dataFolder: string
  port: number
  /** Stops everything and starts it again on the same data. */
  restart(): Promise<Stack>
  remove(): Promise<void>
}

export async function startSystem(say: (line: string) => void): Promise<System> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'tributary-test-'))
  const port = await freePortRange()
  const start = () => startStack({ root, dataFolder, port, fresh: false, say })
  const system: System = {
    stack: await start(),
    dataFolder,
    port,
    async restart() {
      await system.stack.stop()
      system.stack = await start()
      return system.stack
    },
    async remove() {
      await system.stack.stop()
      await rm(dataFolder, { recursive: true, force: true })
    },
  }
  return system
}

/** Runs the sample loop against a system and returns its exit code and its JSON line. */
export function runSampleLoop(
  stack: Stack,
  args: string[],
): Promise<{ code: number; result: SampleResult }> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        join(root, 'cli', 'sample', 'main.ts'),
        ...args,
        '--json',
      ],
      { cwd: root, env: stack.env, stdio: ['ignore', 'pipe', 'inherit'] },
    )
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.on('error', reject)
    child.on('close', (code) => {
      const last = output.trimEnd().split('\n').at(-1) ?? ''
      if (!last.startsWith('{')) {
        reject(new Error(`the sample loop ended with code ${code} and without a result`))
        return
      }
      resolve({ code: code ?? 1, result: JSON.parse(last) as SampleResult })
    })
  })
}
