import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

const TOOL = join(import.meta.dirname, '..', '..', 'bin', 'tributary-subgraph.js')

/** A call of the tool. */
export interface ToolRun {
  readonly process: ChildProcess
  /** The JSON objects that it has printed so far. */
  readonly told: readonly Record<string, unknown>[]
  /** What it has printed for people so far. */
  said(): string
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>
}

/** Starts the tool with `--json`. */
export function startTool(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ToolRun {
  const child = spawn(process.execPath, [TOOL, ...args, '--json'], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  // A test that crashes takes it along.
  const kill = () => child.kill()
  process.once('exit', kill)
  const told: Record<string, unknown>[] = []
  let partial = ''
  child.stdout.on('data', (chunk) => {
    const lines = (partial + chunk).split('\n')
    partial = lines.pop() ?? ''
    told.push(...lines.filter(Boolean).map((line) => JSON.parse(line)))
  })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  child.once('close', () => process.removeListener('exit', kill))
  return { process: child, told, said: () => said, ended }
}

/** Runs the tool to its end. */
export async function runTool(
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
): Promise<{ code: number | null; result: Record<string, unknown>; said: string }> {
  const run = startTool(args, env)
  const code = await run.ended
  return { code, result: run.told.at(-1) ?? {}, said: run.said() }
}
