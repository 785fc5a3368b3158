import { BigDecimal, BigInt, Bytes, DataSourceContext } from '@graphprotocol/graph-ts'
import { PairCreated } from '../generated/Factory/Factory'
import { Pair as PairTemplate } from '../generated/templates'
import { Exchange, Pair, Token } from '../generated/schema'

function token(id: Bytes): Bytes {
  if (Token.load(id) == null) new Token(id).save()
  return id
}

export function handlePairCreated(event: PairCreated): void {
  let exchange = Exchange.load('one')
  if (exchange == null) {
    exchange = new Exchange('one')
    exchange.pairs = 0
    exchange.swaps = 0
  }
  exchange.pairs = exchange.pairs + 1
  exchange.save()
  const pair = new Pair(event.params.pair)
  pair.token0 = token(event.params.token0)
  pair.token1 = token(event.params.token1)
  pair.reserve0 = BigInt.zero()
  pair.reserve1 = BigInt.zero()
  pair.price = BigDecimal.zero()
  pair.swapCount = 0
  pair.tenths = 0
  pair.created = event.block.number
  pair.label = 'unlabelled'
  pair.save()
  const context = new DataSourceContext()
  context.setString('label', 'pair ' + event.params.count.toString())
  context.setBigInt('created', event.block.number)
  context.setBigDecimal('fee', BigDecimal.fromString('0.003'))
  PairTemplate.createWithContext(event.params.pair, context)
}
