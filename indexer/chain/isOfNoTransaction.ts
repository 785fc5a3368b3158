import type { ChainLog } from './chainTypes.ts'

/** Whether a log comes from the chain itself, as some chains have them: it names the block or zero. */
export function isOfNoTransaction(log: ChainLog): boolean {
  return log.transactionHash === log.blockHash || /^0x0*$/.test(log.transactionHash)
}
