import { setTimeout as sleep } from 'node:timers/promises'
import { DeploymentError } from '../deployment/deployment.ts'

/**
 * Waits until a chain answers.
 *
 * @param timeoutMs how long to try
 * @returns its chain id
 * @throws DeploymentError if it does not answer in time
 */
export async function waitForChain(rpcUrl: string, timeoutMs: number): Promise<bigint> {
  const end = Date.now() + timeoutMs
  for (let pause = 100; ; pause = Math.min(pause * 2, 2000)) {
    try {
      const response = await fetch(rpcUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] }),
        signal: AbortSignal.timeout(Math.max(1, end - Date.now())),
      })
      const { result } = (await response.json()) as { result?: string }
      if (result !== undefined) return BigInt(result)
      throw new Error(`answer without a chain id, HTTP status ${response.status}`)
    } catch (cause) {
      if (Date.now() + pause >= end) {
        throw new DeploymentError(`no chain answered at ${new URL(rpcUrl).host}`, {
          code: 'chain_unreachable',
          hint: 'Start the chain, or correct RPC_URL.',
          cause,
        })
      }
    }
    await sleep(pause)
  }
}
