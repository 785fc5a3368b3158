import { setTimeout as sleep } from 'node:timers/promises'
import type { ParityChain } from '../chain/parityChain.ts'
import type { ParityHost } from '../hosts/parityHost.ts'

interface Status {
  readonly subgraph: string
  readonly health: string
  readonly chains: readonly { readonly latestBlock: { readonly hash: string } | null }[]
}

/**
 * Waits until each deployment has indexed the chain's newest block, or has failed before.
 *
 * @throws Error when nothing moves any more.
 */
export async function untilIndexed(
  host: ParityHost,
  ids: readonly string[],
  chain: ParityChain,
): Promise<void> {
  if (ids.length === 0) return
  const { hash } = await chain.head()
  const head = hash.replace(/^0x/, '')
  let before = ''
  for (let still = 0; ; still++) {
    const { indexingStatuses } = await host.status<{ indexingStatuses: Status[] }>(
      '{ indexingStatuses { subgraph health chains { latestBlock { hash } } } }',
    )
    const waiting = indexingStatuses.filter(({ subgraph, health, chains }) => {
      return ids.includes(subgraph) && health !== 'failed' && chains[0]?.latestBlock?.hash !== head
    })
    if (waiting.length === 0) return
    const now = JSON.stringify(waiting)
    if (now !== before) still = 0
    if (still > STILL) throw new Error(`nothing is indexed any more: ${now}`)
    before = now
    await sleep(PAUSE_MS)
  }
}

const PAUSE_MS = 100
/** Looks without any change after which a host counts as stuck. */
const STILL = 1_200
