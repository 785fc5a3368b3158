import { Address, BigDecimal, BigInt, ByteArray, Bytes, crypto, ethereum, json } from '@graphprotocol/graph-ts'
import { Emitter, Tagged, Unnamed } from '../generated/Emitter/Emitter'
import { Answer, Other, Sum, Tagging } from '../generated/schema'

export function handleTagged(event: Tagged): void {
  const id = event.transaction.hash.concatI32(event.logIndex.toI32())
  const contract = Emitter.bind(event.address)
  const called = contract.try_answer(event.params.kind)
  const answer = new Answer(id)
  answer.kind = event.params.kind
  answer.reverted = called.reverted
  answer.declared = true
  if (!called.reverted) {
    answer.value = called.value.value0
    answer.word = called.value.value1
    answer.address = called.value.value2
  }
  const nowhere = Emitter.bind(Address.fromString('0x00000000000000000000000000000000000000ee'))
  answer.balance = ethereum.getBalance(event.params.who)
  answer.hasCode = [
    ethereum.hasCode(event.address).inner,
    ethereum.hasCode(event.params.who).inner,
    nowhere.try_squareOf(event.params.kind).reverted,
    contract.squareOf(event.params.kind).equals(event.params.kind.times(event.params.kind)),
  ]
  answer.save()

  const tagging = new Tagging(id)
  tagging.who = event.params.who
  tagging.kind = event.params.kind
  tagging.label = event.params.label
  const place = event.params.place
  tagging.place = place.x.toString() + ',' + place.y.toString() + ',' + place.name
  const places: string[] = []
  for (let i = 0; i < event.params.places.length; i++) {
    const each = event.params.places[i]
    places.push(each.x.toString() + ',' + each.y.toString() + ',' + each.name)
  }
  tagging.places = places
  const numbers: BigInt[] = []
  for (let i = 0; i < event.params.numbers.length; i++) numbers.push(BigInt.fromI32(event.params.numbers[i]))
  tagging.numbers = numbers
  const receipt = event.receipt!
  tagging.logs = receipt.logs.length
  tagging.gasUsed = receipt.gasUsed
  tagging.status = receipt.status
  tagging.gasPrice = event.transaction.gasPrice
  tagging.nonce = event.transaction.nonce
  tagging.input = event.transaction.input
  tagging.save()

  const tuple = new ethereum.Tuple()
  tuple.push(ethereum.Value.fromSignedBigInt(BigInt.fromI32(-5)))
  tuple.push(ethereum.Value.fromString(place.name))
  tuple.push(ethereum.Value.fromAddressArray([event.address, event.params.who]))
  tuple.push(ethereum.Value.fromFixedBytes(Bytes.fromHexString('0x01020304')))
  tuple.push(ethereum.Value.fromBoolean(true))
  const encoded = ethereum.encode(ethereum.Value.fromTuple(tuple))!
  const decoded = ethereum.decode('(int256,string,address[],bytes4,bool)', encoded)!.toTuple()
  const broken = ethereum.decode('(string)', Bytes.fromHexString('0x0102'))
  const parsed = json.try_fromString('{"b": 1.50, "a": [true, null, "x"], "c": 12345678901234567890}')
  const object = parsed.value.toObject()
  const keys: string[] = []
  for (let i = 0; i < object.entries.length; i++) keys.push(object.entries[i].key)
  const ratio = BigDecimal.fromString('1e-30').div(BigDecimal.fromString('-3')).plus(
    event.params.kind.toBigDecimal().div(BigDecimal.fromString('7')),
  )
  const sum = new Sum(event.params.kind.toString())
  sum.text = [
    crypto.keccak256(encoded).toHexString(),
    decoded[0].toBigInt().toString(),
    decoded[1].toString(),
    decoded[2].toAddressArray()[1].toHexString(),
    decoded[3].toBytes().toHexString(),
    broken == null ? 'null' : 'decoded',
    keys.join('/'),
    object.get('c')!.toBigInt().toString(),
    object.get('b')!.toF64().toString(),
    json.try_fromString('{').isError ? 'error' : 'ok',
    ratio.toString(),
    ratio.times(ratio).truncate(12).toString(),
    event.params.kind.leftShift(7).bitOr(BigInt.fromI32(5)).rightShift(1).toHexString(),
    BigInt.fromI32(-7).div(BigInt.fromI32(2)).toString(),
    BigInt.fromI32(-7).mod(BigInt.fromI32(2)).toString(),
    BigInt.fromString('-123456789012345678901234567890').toHexString(),
    ByteArray.fromHexString('0xff00').toBase58(),
    event.params.kind.divDecimal(BigDecimal.fromString('3')).toString(),
    BigDecimal.fromString('-12345678901234567890.123456789012345678951').toString(),
    Bytes.fromUTF8('grüße').toString(),
    event.logType == null ? 'no type' : event.logType!,
    event.transactionLogIndex.toString(),
  ].join(' ')
  sum.save()
}

export function handleUnnamed(event: Unnamed): void {
  const other = new Other(event.transaction.hash.concatI32(event.logIndex.toI32()))
  other.address = event.params.param0
  other.kind = event.params.param1
  other.selector = event.params.param2
  other.save()
}
