import { BigInt } from '@graphprotocol/graph-ts'
import { Drop, Put } from '../generated/Emitter/Emitter'
import { Step, Total } from '../generated/schema'

function total(): Total {
  let found = Total.load('all')
  if (found == null) {
    found = new Total('all')
    found.steps = 0
    found.fails = 0
  }
  return found
}

export function handlePut(event: Put): void {
  const step = new Step(event.transaction.hash.concatI32(event.logIndex.toI32()))
  step.number = event.params.number
  step.save()
  const sums = total()
  sums.steps = sums.steps + 1
  sums.save()
  assert(event.params.number.mod(BigInt.fromI32(50)).notEqual(BigInt.zero()), 'a number of fifties: ' + event.params.number.toString())
}

export function handleDrop(event: Drop): void {
  const sums = total()
  sums.fails = sums.fails + 1
  sums.save()
}
