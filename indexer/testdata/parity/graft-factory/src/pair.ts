import { Bytes, dataSource } from '@graphprotocol/graph-ts'
import { Swap as SwapEvent, Sync } from '../generated/templates/Pair/Pair'
import { Pair, Swap, Trader } from '../generated/schema'

export function handleSync(event: Sync): void {
  const pair = Pair.load(event.address)!
  pair.reserve0 = event.params.reserve0
  pair.reserve1 = event.params.reserve1
  pair.price = null
  pair.save()
}

function trade(pair: Pair, event: SwapEvent): void {
  const sender = event.params.sender
  let trader = Trader.load(sender)
  if (trader == null) {
    trader = new Trader(sender)
    trader.swaps = 0
  }
  trader.swaps = trader.swaps + 1
  trader.save()
  const traders = pair.traders
  const known: Bytes[] = traders === null ? [] : traders
  if (!known.includes(sender)) known.push(sender)
  pair.traders = known
  pair.swapCount = pair.swapCount + 1
  const context = dataSource.context()
  pair.label = context.getString('label') + ' at ' + event.block.number.toString()
}

/** A pair that the base had made: its old swaps are found, and changed. */
export function handleSwap(event: SwapEvent): void {
  const pair = Pair.load(dataSource.address())!
  trade(pair, event)
  pair.age = 'OLD'
  const swaps = pair.swaps.load()
  for (let i = 0; i < swaps.length; i++) {
    const swap = swaps[i]
    swap.times = swap.times + 1
    swap.save()
  }
  const swap = new Swap(event.transaction.hash.toHexString() + '-' + event.logIndex.toString())
  swap.pair = pair.id
  swap.sender = event.params.sender
  swap.to = event.params.to
  swap.amount0In = event.params.amount0In
  swap.amount1Out = event.params.amount1Out
  swap.times = swaps.length
  swap.save()
  pair.newest = swap.id
  pair.save()
}

export function handleNewSwap(event: SwapEvent): void {
  const pair = Pair.load(dataSource.address())!
  trade(pair, event)
  pair.save()
}
