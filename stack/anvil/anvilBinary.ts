import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/**
 * Path of anvil's own binary. The package's launcher stays between a signal and anvil, so a killed
 * launcher would leave the chain running: the stack starts the binary itself.
 */
export function anvilBinary(): string {
  const os = process.platform
  const arch = process.arch === 'x64' ? 'amd64' : process.arch
  const require = createRequire(import.meta.url)
  const name = `@foundry-rs/anvil-${os}-${arch}`
  try {
    const folder = dirname(
      createRequire(require.resolve('@foundry-rs/anvil/package.json')).resolve(
        `${name}/package.json`,
      ),
    )
    return join(folder, 'bin', os === 'win32' ? 'anvil.exe' : 'anvil')
  } catch {
    throw new Error(
      `anvil has no build for ${os} ${process.arch} (${name} is not installed); ` +
        'set RPC_URL to a chain that runs elsewhere',
    )
  }
}
