import { BigDecimal, BigInt, Bytes, store } from '@graphprotocol/graph-ts'
import { Drop, Put } from '../generated/Emitter/Emitter'
import { Badge, Group, Owner, Sample, Tag } from '../generated/schema'

const SHADES = ['PALE', 'DARK', 'LIGHT']

function owner(id: Bytes, rank: i32): Owner {
  let found = Owner.load(id)
  if (found == null) {
    found = new Owner(id)
    found.name = 'Owner ' + id.toHexString().slice(2, 8)
    found.rank = rank
    found.save()
    if (rank % 2 == 0) {
      const badge = new Badge(<i64>rank)
      badge.owner = id
      badge.label = 'badge ' + rank.toString()
      if (Badge.load(<i64>rank) == null) badge.save()
    }
  }
  return found
}

function group(id: string, leader: Bytes): Group {
  let found = Group.load(id)
  if (found == null) {
    found = new Group(id)
    found.title = 'Group of ' + id
  }
  found.leader = leader
  found.save()
  return found
}

export function handlePut(event: Put): void {
  const n = event.params.number
  const kind = event.params.kind
  const small = n.mod(BigInt.fromI32(100000)).toI32()
  const sample = new Sample(event.params.id)
  sample.flag = kind % 2 == 0
  sample.small = small
  sample.wide = <i64>small * 1000003
  sample.big = n
  sample.ratio = n.toBigDecimal().div(BigDecimal.fromString('7'))
  sample.at = event.block.timestamp.toI64() * 1000000 + <i64>kind
  sample.data = event.params.data
  sample.text = event.params.text
  sample.shade = SHADES[kind % 3]
  if (kind % 4 != 0) {
    sample.maybeFlag = kind % 3 == 0
    sample.maybeSmall = -small
    sample.maybeWide = -sample.wide
    sample.maybeBig = n.times(n)
    sample.maybeRatio = n.toBigDecimal().times(BigDecimal.fromString('0.000000000000000000123'))
    sample.maybeAt = event.block.timestamp.toI64() * 1000000
    sample.maybeData = event.params.data.length > 4 ? Bytes.fromUint8Array(event.params.data.subarray(0, 4)) : Bytes.empty()
    sample.maybeText = event.params.text.toLowerCase()
    sample.maybeShade = SHADES[(kind + 1) % 3]
    sample.flags = [kind % 2 == 0, kind % 3 == 0]
  } else if (kind % 8 == 0) {
    sample.maybeText = null
    sample.maybeBig = null
  }
  const parts = event.params.text.split(' ')
  const smalls: i32[] = []
  const bigs: BigInt[] = []
  const ratios: BigDecimal[] = []
  const shades: string[] = []
  for (let i = 0; i < <i32>kind % 4; i++) {
    smalls.push(small % 7 + i)
    bigs.push(n.plus(BigInt.fromI32(i)))
    ratios.push(n.toBigDecimal().div(BigDecimal.fromString((i + 2).toString())))
    shades.push(SHADES[(kind + <u8>i) % 3])
  }
  sample.smalls = smalls
  sample.bigs = bigs
  sample.ratios = ratios
  sample.shades = shades
  sample.texts = parts
  sample.datas = [event.params.data, Bytes.fromUTF8(parts[0])]
  const first = owner(event.transaction.from, small % 11)
  sample.owner = first.id
  const friends: Bytes[] = [first.id]
  if (kind % 3 != 0) {
    const other = owner(Bytes.fromUTF8(parts[0]), <i32>kind)
    sample.maybeOwner = other.id
    friends.push(other.id)
  }
  sample.friends = friends
  if (kind % 5 != 0) sample.group = group(parts[parts.length - 1], first.id).id
  sample.save()
  for (let i = 0; i < parts.length; i++) {
    const tag = new Tag(event.transaction.hash.concatI32(event.logIndex.toI32()).concatI32(i))
    tag.sample = sample.id
    tag.word = parts[i]
    tag.count = BigInt.fromI32(i)
    tag.save()
  }
}

export function handleDrop(event: Drop): void {
  store.remove('Sample', event.params.id)
}
