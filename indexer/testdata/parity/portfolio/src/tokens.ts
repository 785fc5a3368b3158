import { BigDecimal, BigInt, Bytes, ethereum } from '@graphprotocol/graph-ts'
import { Account, Transfer } from '../generated/schema'

export function account(id: Bytes): Account {
  let found = Account.load(id)
  if (found == null) {
    found = new Account(id)
    found.transfersIn = 0
    found.transfersOut = 0
  }
  return found
}

export function addTransfer(event: ethereum.Event, from: Bytes, to: Bytes, value: BigInt): void {
  const sender = account(from)
  sender.transfersOut = sender.transfersOut + 1
  sender.save()
  const receiver = account(to)
  receiver.transfersIn = receiver.transfersIn + 1
  receiver.save()
  const transfer = new Transfer(event.transaction.hash.concatI32(event.logIndex.toI32()))
  transfer.token = event.address
  transfer.from = from
  transfer.to = to
  transfer.value = value
  transfer.block = event.block.number
  transfer.timestamp = event.block.timestamp
  transfer.save()
}

export function share(value: BigInt, supply: BigInt): BigDecimal {
  return supply.isZero() ? BigDecimal.zero() : value.divDecimal(supply.toBigDecimal())
}
