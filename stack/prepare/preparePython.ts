import { join } from 'node:path'
import { run } from './run.ts'

export interface Engine {
  /** The interpreter of the engine's virtual environment. */
  python: string
  /** Folder of the converted base model. */
  model: string
}

/** Makes the engine's Python environment and base model unless they are there (see its README). */
export async function preparePython(root: string, say: (line: string) => void): Promise<Engine> {
  const output = await run(
    'Preparing the Python environment',
    process.execPath,
    [join(root, 'workers', 'engine', 'bootstrap.js')],
    { cwd: root, onLine: (line) => line.startsWith('{') || say(line) },
  )
  const last = output.trimEnd().split('\n').at(-1) ?? ''
  return JSON.parse(last) as Engine
}
