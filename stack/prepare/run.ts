import { spawn } from 'node:child_process'

/** A command that prepares something failed; carries the end of what it printed. */
export class PrepareError extends Error {
  constructor(what: string, output: string) {
    super(`${what} failed:\n${output.trimEnd().split('\n').slice(-15).join('\n')}`)
    this.name = 'PrepareError'
  }
}

/**
 * Runs a command to its end and returns its standard output. `onLine` sees every line as it comes.
 */
export function run(
  what: string,
  command: string,
  args: string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv; onLine?: (line: string) => void },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let all = ''
    let partial = ''
    child.stdout.on('data', (chunk) => {
      stdout += chunk
      take(chunk)
    })
    child.stderr.on('data', take)
    child.on('error', (error) => reject(new PrepareError(what, error.message)))
    child.on('close', (code) => {
      if (code === 0) resolve(stdout)
      else reject(new PrepareError(what, all))
    })

    function take(chunk: Buffer): void {
      all = (all + chunk).slice(-20_000)
      const lines = (partial + chunk).split('\n')
      partial = lines.pop() ?? ''
      for (const line of lines) options.onLine?.(line)
    }
  })
}
