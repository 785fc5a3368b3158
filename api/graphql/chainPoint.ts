import { finalityOf } from '../receipts/inferenceStates.ts'
import type { At } from './chainRows.ts'
import type { Context } from './context.ts'
import { dateTime } from './scalars/dateTime.ts'

/** Block, time, transaction and finality of something on chain. */
export async function chainPoint(at: At, context: Context) {
  return {
    block: at.blockNumber,
    time: dateTime(at.timestamp),
    transaction: at.transactionHash,
    finality: finalityOf(Number(at.blockNumber), await context.heads()),
  }
}
