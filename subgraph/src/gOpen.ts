import { Address, BigInt, ethereum } from '@graphprotocol/graph-ts'
import { DelegateChanged, DelegateVotesChanged, Transfer } from '../generated/GOpen/GOpen'
import { Holder } from '../generated/schema'
import { loadProtocol } from './protocol'

function loadHolder(address: Address, event: ethereum.Event): Holder {
  let holder = Holder.load(address)
  if (holder === null) {
    holder = new Holder(address)
    holder.balance = BigInt.zero()
    holder.delegate = Address.zero()
    holder.votes = BigInt.zero()
  }
  holder.blockNumber = event.block.number
  return holder
}

export function handleTransfer(event: Transfer): void {
  const zero = Address.zero()
  if (event.params.from.notEqual(zero)) {
    const from = loadHolder(event.params.from, event)
    from.balance = from.balance.minus(event.params.value)
    from.save()
  }
  if (event.params.to.notEqual(zero)) {
    const to = loadHolder(event.params.to, event)
    to.balance = to.balance.plus(event.params.value)
    to.save()
  }
  const protocol = loadProtocol()
  if (event.params.from.equals(zero)) {
    protocol.gOpenSupply = protocol.gOpenSupply.plus(event.params.value)
  }
  if (event.params.to.equals(zero)) {
    protocol.gOpenSupply = protocol.gOpenSupply.minus(event.params.value)
  }
  protocol.save()
}

export function handleDelegateChanged(event: DelegateChanged): void {
  const holder = loadHolder(event.params.delegator, event)
  holder.delegate = event.params.toDelegate
  holder.save()
}

export function handleDelegateVotesChanged(event: DelegateVotesChanged): void {
  const holder = loadHolder(event.params.delegate, event)
  holder.votes = event.params.newVotes
  holder.save()
}
