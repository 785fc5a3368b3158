import type { ChainLog, ChainTransaction } from './chainTypes.ts'

/** What handlers get for the transaction of a log that has none: nothing but its place. */
export function noTransaction(log: ChainLog): ChainTransaction {
  return {
    hash: log.transactionHash,
    index: log.transactionIndex,
    from: `0x${'0'.repeat(40)}`,
    to: null,
    value: 0n,
    gasLimit: 0n,
    gasPrice: 0n,
    input: '0x',
    nonce: 0n,
  }
}
