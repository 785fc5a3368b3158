import { Bytes, ethereum } from '@graphprotocol/graph-ts'

/** Id of a history row: transaction hash and log index. */
export function eventId(event: ethereum.Event): Bytes {
  return event.transaction.hash.concatI32(event.logIndex.toI32())
}
