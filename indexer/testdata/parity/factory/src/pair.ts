import { BigDecimal, BigInt, dataSource, ethereum } from '@graphprotocol/graph-ts'
import { Swap as SwapEvent, Sync } from '../generated/templates/Pair/Pair'
import { Day, Exchange, Pair, Swap } from '../generated/schema'

export function handleSync(event: Sync): void {
  const pair = Pair.load(event.address)!
  pair.reserve0 = event.params.reserve0
  pair.reserve1 = event.params.reserve1
  pair.price = pair.reserve1.isZero() ? BigDecimal.zero() : pair.reserve0.divDecimal(pair.reserve1.toBigDecimal())
  pair.label = dataSource.context().getString('label') + ' of ' + dataSource.network()
  pair.save()
}

export function handleSwap(event: SwapEvent): void {
  const pair = Pair.load(dataSource.address())!
  pair.swapCount = pair.swapCount + 1
  pair.save()
  const swap = new Swap(event.transaction.hash.toHexString() + '-' + event.logIndex.toString())
  swap.pair = pair.id
  swap.sender = event.params.sender
  swap.to = event.params.to
  swap.amount0In = event.params.amount0In
  swap.amount1Out = event.params.amount1Out
  swap.price = pair.price.times(BigDecimal.fromString('1').minus(dataSource.context().getBigDecimal('fee')))
  swap.save()
  const day = event.block.timestamp.toI32() / 86400
  const id = pair.id.toHexString() + '-' + day.toString()
  let daily = Day.load(id)
  if (daily == null) {
    daily = new Day(id)
    daily.pair = pair.id
    daily.day = day
    daily.volume = BigInt.zero()
  }
  daily.volume = daily.volume.plus(event.params.amount0In)
  daily.close = pair.price
  daily.save()
  const exchange = Exchange.load('one')!
  exchange.swaps = exchange.swaps + 1
  exchange.save()
}

export function handleTenth(block: ethereum.Block): void {
  const pair = Pair.load(dataSource.address())!
  pair.tenths = pair.tenths + 1
  pair.save()
}
