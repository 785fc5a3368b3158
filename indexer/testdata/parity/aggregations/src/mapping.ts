import { BigDecimal, Bytes } from '@graphprotocol/graph-ts'
import { Tick as TickEvent } from '../generated/Emitter/Emitter'
import { Tick, Token } from '../generated/schema'

export function handleTick(event: TickEvent): void {
  const id = Bytes.fromUTF8(event.params.symbol)
  let token = Token.load(id)
  if (token == null) {
    token = new Token(id)
    token.symbol = event.params.symbol
    token.ticks = 0
  }
  token.ticks = token.ticks + 1
  token.save()
  const tick = new Tick(0)
  tick.timestamp = 1
  tick.symbol = event.params.symbol
  tick.token = id
  tick.price = event.params.price.toBigDecimal().div(BigDecimal.fromString('100'))
  tick.amount = event.params.amount
  tick.size = token.ticks % 13
  tick.save()
}
