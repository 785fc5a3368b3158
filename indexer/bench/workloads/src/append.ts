import { Transfer as TransferEvent } from '../generated/append/Token/Token'
import { Transfer } from '../generated/append/schema'

export function handleTransfer(event: TransferEvent): void {
  const transfer = new Transfer(event.transaction.hash.concatI32(event.logIndex.toI32()))
  transfer.from = event.params.from
  transfer.to = event.params.to
  transfer.value = event.params.value
  transfer.block = event.block.number.toI32()
  transfer.timestamp = event.block.timestamp
  transfer.save()
}
