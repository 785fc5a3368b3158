import { type ChildProcess, spawn } from 'node:child_process'

/** A program of the benchmark, with what it has printed. */
export interface Started {
  readonly child: ChildProcess
  output(): string
  stop(): Promise<void>
}

/** Starts a program; it ends with this process. */
export function startProcess(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Started {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const keep = (chunk: Buffer) => {
    output = (output + chunk).slice(-100_000)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    child,
    output: () => output,
    stop: async () => {
      process.off('exit', kill)
      if (child.exitCode === null) child.kill()
      await ended
    },
  }
}

/**
 * Waits for a condition of a program.
 *
 * @throws Error with what the program printed, when it ends or five minutes have passed.
 */
export async function untilReady(
  { child, output }: Started,
  what: string,
  isReady: () => boolean | Promise<boolean>,
): Promise<void> {
  const end = Date.now() + 300_000
  while (!(await isReady())) {
    if (child.exitCode !== null || Date.now() > end) {
      throw new Error(`${what} did not start:\n${output().slice(-3_000)}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
