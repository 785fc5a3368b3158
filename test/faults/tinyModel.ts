import { join } from 'node:path'
import { preparePython } from '@tributary/stack/prepare/preparePython'
import { run } from '@tributary/stack/prepare/run'
import { root } from '../loop/system.ts'

/** The folder of the tiny Llama that stands in for the base model where only the system is tested. */
export async function tinyModel(): Promise<string> {
  const { python } = await preparePython(root, (line) => console.log(line))
  const output = await run('Making the tiny model', python, ['-m', 'tributary_engine.tiny'], {
    cwd: root,
    env: { ...process.env, PYTHONPATH: join(root, 'workers', 'engine') },
  })
  return output.trimEnd().split('\n').at(-1) ?? ''
}
