import { BigInt, DataSourceContext } from '@graphprotocol/graph-ts'
import { PairCreated } from '../generated/Factory/Factory'
import { NewPair } from '../generated/templates'
import { Exchange, Pair, Token } from '../generated/schema'

export function handlePairCreated(event: PairCreated): void {
  const exchange = Exchange.load('one')!
  exchange.pairs = exchange.pairs + 1
  exchange.save()
  if (Token.load(event.params.token0) == null) new Token(event.params.token0).save()
  const pair = new Pair(event.params.pair)
  pair.token0 = event.params.token0
  pair.token1 = event.params.token1
  pair.reserve0 = BigInt.zero()
  pair.reserve1 = BigInt.zero()
  pair.swapCount = 0
  pair.created = event.block.number
  pair.age = 'NEW'
  pair.save()
  const context = new DataSourceContext()
  context.setString('label', 'new pair ' + event.params.count.toString())
  NewPair.createWithContext(event.params.pair, context)
}
