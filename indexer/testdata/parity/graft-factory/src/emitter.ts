import { BigInt } from '@graphprotocol/graph-ts'
import { Drop } from '../generated/Emitter/Emitter'
import { Exchange } from '../generated/schema'

export function handleDrop(event: Drop): void {
  const exchange = Exchange.load('one')!
  const drops = exchange.drops
  exchange.drops = (drops === null ? BigInt.zero() : drops).plus(BigInt.fromI32(1))
  exchange.swaps = null
  exchange.save()
}
