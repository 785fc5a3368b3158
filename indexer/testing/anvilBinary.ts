import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The file of anvil's program. Its launcher would outlive whoever started it and was killed. */
export function anvilBinary(): string {
  const anvil = createRequire(import.meta.url).resolve('@foundry-rs/anvil/package.json')
  const arch = process.arch === 'x64' ? 'amd64' : process.arch
  const name = `@foundry-rs/anvil-${process.platform}-${arch}/package.json`
  return join(dirname(createRequire(anvil).resolve(name)), 'bin', 'anvil')
}
