import type { ChainBlock, ChainReceipt } from '../chain/chainTypes.ts'
import { isOfNoTransaction } from '../chain/isOfNoTransaction.ts'
import { noTransaction } from '../chain/noTransaction.ts'
import { PossibleReorgError } from '../errors/hostErrors.ts'
import { writeBlock, writeEvent } from '../wasm/marshal/chainObjects.ts'
import type { Heap } from '../wasm/memory/heap.ts'
import type { Trigger } from './matchTriggers.ts'

/** Writes a handler's argument into the guest's memory; its address. */
export type ArgumentWriter = (heap: Heap) => number

/**
 * @param receipt of the event's transaction; null where the handler asks for none.
 * @throws PossibleReorgError when the block lacks the transaction of the log.
 */
export function argumentWriter(
  block: ChainBlock,
  trigger: Trigger,
  receipt: ChainReceipt | null,
): ArgumentWriter {
  if (trigger.kind === 'block') return (heap) => writeBlock(heap, block)
  const { log, parameters } = trigger
  const hash = log.transactionHash
  const transaction =
    block.transactions.get(hash) ?? (isOfNoTransaction(log) ? noTransaction(log) : null)
  if (transaction === null) {
    throw new PossibleReorgError(`the node's block ${block.number} lacks transaction ${hash}`)
  }
  return (heap) => writeEvent(heap, { log, block, transaction, parameters, receipt })
}
