import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { preparePython } from '@tributary/stack/prepare/preparePython'
import { type Counted, countResults } from './countResults.ts'
import type { Group } from './groups.ts'

/** Runs one group, shows its output as it comes, and counts what passed. */
export async function runGroup(root: string, group: Group): Promise<Counted> {
  const [program, ...args] = group.command as [string, ...string[]]
  let command = program
  if (program === 'node') command = process.execPath
  if (program === 'python') {
    try {
      command = (await preparePython(root, (line) => console.log(line))).python
    } catch (error) {
      // A missing tool is a failure, not a reason to leave tests out.
      console.error((error as Error).message)
      return { passed: 0, failed: 1 }
    }
  }
  const absolute = args.map((arg) => (arg.startsWith('node_modules/') ? join(root, arg) : arg))
  // Set where this runs inside a test itself; node's runner would then run nothing.
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env
  const env = { ...inherited, FORCE_COLOR: '0' }
  return new Promise((resolve) => {
    const child = spawn(command, absolute, {
      cwd: join(root, group.cwd ?? ''),
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const take = (chunk: Buffer) => {
      output += chunk
      process.stdout.write(chunk)
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.on('error', (error) => {
      console.error(`${group.name} could not be started: ${error.message}`)
      resolve({ passed: 0, failed: 1 })
    })
    child.on('close', (code) => resolve(countResults(group.counts, output, code ?? 1)))
  })
}
