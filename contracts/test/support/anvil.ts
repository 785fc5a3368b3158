import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { JsonRpcProvider } from 'ethers'

/** A chain of the test's own. */
export interface TestChain {
  url: string
  provider: JsonRpcProvider
  stop(): Promise<void>
}

/** Starts anvil on a free port; blocks come when there is a transaction. */
export async function startAnvil(): Promise<TestChain> {
  const child = spawn(anvilBinary(), ['--optimism', '--chain-id', '31337', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /^Listening on 127\.0\.0\.1:([0-9]+)$/.exec(line)?.[1]
    if (port === undefined) continue
    child.stdout.resume()
    const url = `http://127.0.0.1:${port}`
    const provider = new JsonRpcProvider(url, 31337, {
      staticNetwork: true,
      // A nonce that was read before the last transaction must not be used again.
      cacheTimeout: -1,
    })
    provider.pollingInterval = 50
    const stop = async () => {
      provider.destroy()
      child.kill('SIGKILL')
      await ended
    }
    return { url, provider, stop }
  }
  const [code] = await ended
  throw new Error(`anvil ended with ${code} before it listened`)
}

/** The binary itself: its launcher would outlive a kill. */
function anvilBinary(): string {
  const require = createRequire(import.meta.url)
  const launcher = createRequire(require.resolve('@foundry-rs/anvil/package.json'))
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  const platform = `@foundry-rs/anvil-${process.platform}-${architecture}`
  return join(dirname(launcher.resolve(`${platform}/package.json`)), 'bin', 'anvil')
}
