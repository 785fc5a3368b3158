import {
  Address,
  BigDecimal,
  BigInt,
  ByteArray,
  Bytes,
  DataSourceContext,
  crypto,
  ethereum,
  json,
  log,
} from '@graphprotocol/graph-ts'
import { Branch as BranchTemplate } from '../generated/templates'
import { Ledger, Moved, Noted, Opened, Poisoned } from '../generated/Ledger/Ledger'
import { Account, Branch, Movement, Note, Totals } from '../generated/schema'

function account(address: Bytes): Account {
  let found = Account.load(address)
  if (found == null) {
    found = new Account(address)
    found.balance = BigInt.zero()
    found.share = BigDecimal.zero()
    found.moves = 0
  }
  return found
}

function totals(): Totals {
  let found = Totals.load('all')
  if (found == null) {
    found = new Totals('all')
    found.movements = 0
    found.volume = BigInt.zero()
    found.average = BigDecimal.zero()
    found.blocks = 0
  }
  return found
}

export function handleMoved(event: Moved): void {
  const from = account(event.params.from)
  from.balance = from.balance.minus(event.params.value)
  from.moves = from.moves + 1
  from.save()
  const to = account(event.params.to)
  to.balance = to.balance.plus(event.params.value)
  to.moves = to.moves + 1

  const sums = totals()
  sums.movements = sums.movements + 1
  sums.volume = sums.volume.plus(event.params.value)
  sums.average = sums.volume.toBigDecimal().div(BigInt.fromI32(sums.movements).toBigDecimal())
  sums.save()
  if (!sums.volume.isZero()) {
    to.share = to.balance.divDecimal(sums.volume.toBigDecimal())
  }
  to.save()

  const movement = new Movement(event.transaction.hash.concatI32(event.logIndex.toI32()))
  movement.from = from.id
  movement.to = to.id
  movement.value = event.params.value
  movement.blockNumber = event.block.number
  movement.timestamp = event.block.timestamp.toI64() * 1000000
  movement.order = event.logIndex.toI64()
  movement.save()
}

export function handleNoted(event: Noted): void {
  const author = account(event.params.author)
  author.label = event.params.note.toUpperCase()
  author.save()

  const note = new Note(event.transaction.hash.toHexString() + '-' + event.logIndex.toString())
  note.author = author.id
  note.topicHash = event.params.topic
  assert(event.params.topic.equals(crypto.keccak256(ByteArray.fromUTF8('weather'))), 'indexed string is hashed')
  const receipt = event.receipt
  assert(receipt != null && receipt.logs.length == 1, 'receipt with one log')
  note.text = event.params.note
  note.data = event.params.data
  note.mood = event.params.mood.lt(BigInt.zero()) ? 'SAD' : 'HAPPY'
  note.marks = event.params.marks
  note.place = event.params.place.name + '@' + event.params.place.x.toString() + ',' + event.params.place.y.toString()
  const parsed = json.try_fromString(event.params.note)
  if (parsed.isOk) {
    const keys: string[] = []
    const entries = parsed.value.toObject().entries
    for (let i = 0; i < entries.length; i++) keys.push(entries[i].key + '=' + entries[i].value.toBigInt().toString())
    note.json = keys
  }
  const pair = new ethereum.Tuple()
  pair.push(ethereum.Value.fromSignedBigInt(event.params.mood))
  pair.push(ethereum.Value.fromString(event.params.note))
  const encoded = ethereum.encode(ethereum.Value.fromTuple(pair))!
  const decoded = ethereum.decode('(int256,string)', encoded)!.toTuple()
  assert(decoded[1].toString() == event.params.note, 'decode(encode(x)) = x')
  note.save()
}

export function handleOpened(event: Opened): void {
  const branch = new Branch(event.params.branch)
  branch.label = event.params.label
  branch.visits = 0
  branch.related = 0
  branch.save()
  const context = new DataSourceContext()
  context.setString('label', event.params.label)
  context.setBigInt('opened', event.block.number)
  BranchTemplate.createWithContext(event.params.branch, context)
  const contract = Ledger.bind(event.address)
  const balance = contract.try_balanceOf(event.params.branch)
  assert(!balance.reverted, 'balanceOf answers')
  assert(contract.try_refuse().reverted, 'refuse reverts')
  log.info('opened {} at {}', [event.params.label, event.params.branch.toHexString()])
}

export function handlePoisoned(event: Poisoned): void {
  const spoiled = account(Address.fromString('0x00000000000000000000000000000000000000ff'))
  spoiled.save()
  assert(event.params.reason.isZero(), 'poisoned with ' + event.params.reason.toString())
}

export function handleFifth(block: ethereum.Block): void {
  const sums = totals()
  sums.blocks = sums.blocks + 1
  sums.save()
}

export function handleOnce(block: ethereum.Block): void {
  const sums = totals()
  sums.blocks = 100
  sums.save()
}
