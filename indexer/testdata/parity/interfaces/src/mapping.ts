import { BigInt, store } from '@graphprotocol/graph-ts'
import { Drop, Put } from '../generated/Emitter/Emitter'
import { Circle, Drawing, Point, Square } from '../generated/schema'

export function handlePut(event: Put): void {
  const kind = event.params.kind
  const size = event.params.number.abs().mod(BigInt.fromI32(1000)).toI32()
  const drawingId = 'd' + (kind % 6).toString()
  let drawing = Drawing.load(drawingId)
  if (drawing == null) {
    drawing = new Drawing(drawingId)
    drawing.name = 'drawing ' + drawingId
    drawing.labels = []
  }
  let id = 'c-' + event.params.id
  if (kind % 2 == 0) {
    const circle = new Circle(id)
    circle.radius = size
    circle.area = BigInt.fromI32(size).pow(2).times(BigInt.fromI32(3))
    circle.name = event.params.text
    circle.drawing = drawingId
    circle.save()
  } else {
    id = 's-' + event.params.id + '-' + event.transaction.hash.toHexString().slice(2, 8) + event.logIndex.toString()
    const square = new Square(id)
    square.side = size
    square.area = BigInt.fromI32(size).pow(2)
    square.drawing = drawingId
    if (kind % 3 == 0) {
      square.name = event.params.text
      square.colour = event.params.data
    }
    square.save()
  }
  drawing.front = id
  const labels = drawing.labels
  labels.push(id)
  if (labels.length > 4) labels.shift()
  drawing.labels = labels
  drawing.save()
  const point = new Point(event.transaction.hash.concatI32(event.logIndex.toI32()))
  point.x = size
  point.shape = id
  point.save()
}

export function handleDrop(event: Drop): void {
  if (Circle.load('c-' + event.params.id) != null) store.remove('Circle', 'c-' + event.params.id)
}
