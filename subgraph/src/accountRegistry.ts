import { BigInt } from '@graphprotocol/graph-ts'
import { AccountRegistered, PayeeChanged } from '../generated/AccountRegistry/AccountRegistry'
import { Account, PayeeChange } from '../generated/schema'
import { eventId } from './eventId'
import { loadProtocol } from './protocol'

export function handleAccountRegistered(event: AccountRegistered): void {
  const account = new Account(event.params.accountId.toString())
  account.accountId = event.params.accountId
  account.payee = event.params.payee
  account.paid = BigInt.zero()
  account.contributionCount = 0
  account.recordCount = 0
  account.createdBlock = event.block.number
  account.createdAt = event.block.timestamp
  account.save()

  const protocol = loadProtocol()
  protocol.accounts += 1
  protocol.save()
}

export function handlePayeeChanged(event: PayeeChanged): void {
  const account = Account.load(event.params.accountId.toString())!
  account.payee = event.params.payee
  account.save()

  const change = new PayeeChange(eventId(event))
  change.account = account.id
  change.previous = event.params.previous
  change.payee = event.params.payee
  change.blockNumber = event.block.number
  change.timestamp = event.block.timestamp
  change.transactionHash = event.transaction.hash
  change.save()
}
