import { rpc } from './rpc.ts'

/** Seconds between blocks while transactions come, and while none does. */
export const BUSY_INTERVAL = 2
export const IDLE_INTERVAL = 30
/** Empty blocks in a row after which the chain counts as idle: finality (4) and a margin. */
const EMPTY_BLOCKS = 15

interface Block {
  number: string
  transactions: unknown[]
}

/**
 * Anvil's state file holds every block and is rewritten whole, so a chain that mines empty blocks
 * for days would fill the disk and the cores. This mines fewer while nothing happens; a waiting
 * transaction brings the short interval back at once. Time is never moved.
 *
 * @returns a function that stops watching
 */
export function minesFewerBlocksWhenIdle(url: string): () => void {
  let interval = BUSY_INTERVAL
  let emptySince: number | undefined
  let running = false

  async function look(): Promise<void> {
    const pool = await rpc<{ pending: string; queued: string }>(url, 'txpool_status')
    const waiting = Number(pool.pending) + Number(pool.queued)
    const block = await rpc<Block>(url, 'eth_getBlockByNumber', ['latest', false])
    const head = Number(block.number)
    if (waiting > 0 || block.transactions.length > 0) emptySince = undefined
    else emptySince ??= head
    const idle = emptySince !== undefined && head - emptySince >= EMPTY_BLOCKS
    const wanted = idle ? IDLE_INTERVAL : BUSY_INTERVAL
    if (wanted === interval) return
    await rpc(url, 'evm_setIntervalMining', [wanted])
    interval = wanted
  }

  const timer = setInterval(() => {
    if (running) return
    running = true
    look()
      // Anvil is away for a moment (a restart begins with the short interval again).
      .catch(() => {
        interval = BUSY_INTERVAL
        emptySince = undefined
      })
      .finally(() => {
        running = false
      })
  }, 500)
  return () => clearInterval(timer)
}
