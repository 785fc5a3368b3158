import { Address, BigDecimal, BigInt, Bytes } from '@graphprotocol/graph-ts'
import { Approval as ApprovalEvent, Coin, Transfer as TransferEvent } from '../generated/Gold/Coin'
import { Approval, Balance, Token } from '../generated/schema'
import { addTransfer, share } from './tokens'

function token(address: Address): Token {
  let found = Token.load(address)
  if (found == null) {
    const contract = Coin.bind(address)
    found = new Token(address)
    found.kind = 'ERC20'
    found.name = contract.name()
    found.symbol = contract.try_symbol().value
    found.decimals = contract.decimals()
    found.supply = BigInt.zero()
    found.holders = 0
  }
  return found
}

function change(coin: Token, account: Bytes, by: BigInt): void {
  const id = coin.id.concat(account)
  let balance = Balance.load(id)
  if (balance == null) {
    balance = new Balance(id)
    balance.account = account
    balance.token = coin.id
    balance.value = BigInt.zero()
    balance.share = BigDecimal.zero()
  }
  const before = balance.value
  balance.value = before.plus(by)
  balance.share = share(balance.value, coin.supply)
  if (before.isZero() && !balance.value.isZero()) coin.holders = coin.holders + 1
  if (!before.isZero() && balance.value.isZero()) coin.holders = coin.holders - 1
  balance.save()
}

export function handleTransfer(event: TransferEvent): void {
  const coin = token(event.address)
  const value = event.params.value
  if (event.params.from.equals(Address.zero())) coin.supply = coin.supply.plus(value)
  else change(coin, event.params.from, value.neg())
  if (event.params.to.equals(Address.zero())) coin.supply = coin.supply.minus(value)
  else change(coin, event.params.to, value)
  coin.save()
  addTransfer(event, event.params.from, event.params.to, value)
}

export function handleApproval(event: ApprovalEvent): void {
  const approval = new Approval(event.transaction.hash.concatI32(event.logIndex.toI32()))
  approval.token = event.address
  approval.owner = event.params.owner
  approval.spender = event.params.spender
  approval.value = event.params.value
  approval.save()
}
