import { BigInt, Bytes, store } from '@graphprotocol/graph-ts'
import { Drop, Put } from '../generated/Emitter/Emitter'
import { Box, Lid, Mark, Thing } from '../generated/schema'

function refresh(box: Box): void {
  const things = box.things.load()
  let sum = BigInt.zero()
  let inBlock = 0
  for (let i = 0; i < things.length; i++) {
    sum = sum.plus(things[i].number)
    if (Thing.loadInBlock(things[i].id) != null) inBlock++
  }
  // What refers back by a list cannot be loaded on graph-node: its SQL compares the list with an id.
  const lids = box.lid.load()
  for (let i = 0; i < lids.length; i++) sum = sum.plus(BigInt.fromI64(lids[i].id))
  box.count = things.length
  box.sum = sum
  box.inBlock = inBlock
  box.save()
}

export function handlePut(event: Put): void {
  const id = 'box ' + (event.params.kind % 7).toString()
  let box = Box.load(id)
  if (box == null) {
    box = new Box(id)
    box.count = 0
    box.sum = BigInt.zero()
    box.inBlock = 0
    box.save()
    const lid = new Lid(<i64>(event.params.kind % 7))
    lid.box = id
    lid.colour = event.params.text
    lid.save()
  }
  const thing = new Thing(Bytes.fromUTF8(event.params.id))
  thing.box = id
  thing.number = event.params.number
  if (event.params.kind % 2 == 0) thing.note = event.params.text
  thing.save()
  const lid = Lid.load(<i64>(event.params.kind % 7))!
  if (event.params.kind % 5 == 0) lid.box = null
  else lid.box = id
  lid.save()
  const mark = new Mark(event.transaction.hash.concatI32(event.logIndex.toI32()))
  mark.boxes = [id, 'box ' + ((event.params.kind + 1) % 7).toString()]
  mark.weight = event.params.kind
  mark.save()
  refresh(box)
}

export function handleDrop(event: Drop): void {
  const id = Bytes.fromUTF8(event.params.id)
  const thing = Thing.load(id)
  if (thing == null) return
  store.remove('Thing', id.toHexString())
  const box = Box.load(thing.box)!
  refresh(box)
}
