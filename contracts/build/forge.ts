import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'

/** The folder of the contracts' workspace. */
export const contractsRoot = dirname(import.meta.dirname)

/** forge ended with an error; `output` is what it printed. */
export class ForgeError extends Error {
  override name = 'ForgeError'
  readonly output: string

  constructor(args: readonly string[], code: number | null, output: string) {
    super(`forge ${args.join(' ')} ended with ${code}:\n${output}`)
    this.output = output
  }
}

/**
 * Runs the forge of this repository in the contracts' folder.
 *
 * @returns what it printed
 * @throws ForgeError if it does not end well
 */
export async function forge(args: readonly string[]): Promise<string> {
  const bin = join(
    dirname(createRequire(import.meta.url).resolve('@foundry-rs/forge/package.json')),
    'bin.mjs',
  )
  // tools/solc begins with `env node`: it shall get the node that runs this.
  const path = [dirname(process.execPath), process.env.PATH].join(delimiter)
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: contractsRoot,
    env: { ...process.env, PATH: path, FOUNDRY_DISABLE_NIGHTLY_WARNING: '1', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const output = Buffer.concat(chunks).toString('utf8')
  if (code !== 0) throw new ForgeError(args, code, output)
  return output
}
