import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { openProvider } from '../chain/openProvider.ts'
import { sleep } from '../process/sleep.ts'
import { freePort } from './startPostgres.ts'

/** A chain of a test's own with the local preset's finality, five blocks a second. */
export async function startAnvil() {
  const port = await freePort()
  const manifest = createRequire(import.meta.url).resolve('@foundry-rs/anvil/package.json')
  const bin = join(dirname(manifest), '..', '..', '.bin', 'anvil')
  const child = spawn(
    bin,
    [
      ...['--optimism', '--chain-id', '31337', '--port', String(port)],
      ...['--block-time', '0.2', '--slots-in-an-epoch', '1', '--silent'],
    ],
    { stdio: 'ignore' },
  )
  const url = `http://127.0.0.1:${port}`
  const provider = openProvider(url, 31337)
  while ((await provider.getBlockNumber().catch(() => -1)) < 0) await sleep(50)
  return {
    url,
    provider,
    async stop() {
      provider.destroy()
      // The package's bin hands SIGTERM on to the node itself; a SIGKILL would orphan it.
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}
