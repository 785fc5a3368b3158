import { Address, BigInt } from '@graphprotocol/graph-ts'
import { Transfer as TransferEvent } from '../generated/accounts/Token/Token'
import { Account, Transfer } from '../generated/accounts/schema'

function account(address: Address): Account {
  let found = Account.load(address)
  if (found == null) {
    found = new Account(address)
    found.balance = BigInt.zero()
    found.sent = 0
    found.received = 0
  }
  return found
}

export function handleTransfer(event: TransferEvent): void {
  const from = account(event.params.from)
  from.balance = from.balance.minus(event.params.value)
  from.sent = from.sent + 1
  from.save()

  const to = account(event.params.to)
  to.balance = to.balance.plus(event.params.value)
  to.received = to.received + 1
  to.save()

  const transfer = new Transfer(event.transaction.hash.concatI32(event.logIndex.toI32()))
  transfer.from = from.id
  transfer.to = to.id
  transfer.value = event.params.value
  transfer.block = event.block.number.toI32()
  transfer.timestamp = event.block.timestamp
  transfer.save()
}
