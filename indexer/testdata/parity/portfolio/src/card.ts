import { Address, BigInt, store } from '@graphprotocol/graph-ts'
import { Approval as ApprovalEvent, Card as CardContract, Transfer as TransferEvent } from '../generated/Card/Card'
import { Card, Token } from '../generated/schema'
import { addTransfer } from './tokens'

export function handleTransfer(event: TransferEvent): void {
  let token = Token.load(event.address)
  if (token == null) {
    token = new Token(event.address)
    token.kind = 'ERC721'
    token.name = CardContract.bind(event.address).name()
    token.supply = BigInt.zero()
    token.holders = 0
  }
  if (event.params.from.equals(Address.zero())) token.supply = token.supply.plus(BigInt.fromI32(1))
  token.save()
  const id = event.address.toHexString() + '/' + event.params.tokenId.toString()
  addTransfer(event, event.params.from, event.params.to, event.params.tokenId)
  if (event.params.to.equals(Address.zero())) {
    store.remove('Card', id)
    return
  }
  const card = new Card(id)
  card.token = event.address
  card.number = event.params.tokenId
  card.owner = event.params.to
  card.approved = null
  const uri = CardContract.bind(event.address).try_tokenURI(event.params.tokenId)
  if (!uri.reverted) card.uri = uri.value
  card.save()
}

export function handleApproval(event: ApprovalEvent): void {
  const card = Card.load(event.address.toHexString() + '/' + event.params.tokenId.toString())
  if (card == null) return
  card.approved = event.params.approved
  card.save()
}
