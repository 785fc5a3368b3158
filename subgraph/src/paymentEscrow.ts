import { BigInt, ethereum } from '@graphprotocol/graph-ts'
import {
  Deposited,
  ThawStarted,
  VoucherCollected,
  Withdrawn,
} from '../generated/PaymentEscrow/PaymentEscrow'
import { Escrow, EscrowEvent } from '../generated/schema'
import { eventId } from './eventId'
import { loadProtocol } from './protocol'

function loadEscrow(payerId: BigInt, serviceId: BigInt, event: ethereum.Event): Escrow {
  const id = payerId.toString().concat('-').concat(serviceId.toString())
  let escrow = Escrow.load(id)
  if (escrow === null) {
    escrow = new Escrow(id)
    escrow.payer = payerId.toString()
    escrow.serviceId = serviceId.toI32()
    escrow.deposited = BigInt.zero()
    escrow.collected = BigInt.zero()
    escrow.withdrawn = BigInt.zero()
  }
  escrow.blockNumber = event.block.number
  return escrow
}

function saveEvent(
  escrow: Escrow,
  kind: string,
  delta: BigInt,
  cumulative: BigInt,
  event: ethereum.Event,
): void {
  const row = new EscrowEvent(eventId(event))
  row.escrow = escrow.id
  row.kind = kind
  row.delta = delta
  row.cumulative = cumulative
  row.blockNumber = event.block.number
  row.timestamp = event.block.timestamp
  row.transactionHash = event.transaction.hash
  row.save()
}

export function handleDeposited(event: Deposited): void {
  const escrow = loadEscrow(event.params.payerId, event.params.serviceId, event)
  escrow.deposited = event.params.cumulative
  escrow.save()
  saveEvent(escrow, 'DEPOSITED', event.params.delta, event.params.cumulative, event)

  const protocol = loadProtocol()
  protocol.deposited = protocol.deposited.plus(event.params.delta)
  protocol.save()
}

export function handleThawStarted(event: ThawStarted): void {
  const escrow = loadEscrow(event.params.payerId, event.params.serviceId, event)
  escrow.save()
  saveEvent(escrow, 'THAW_STARTED', event.params.delta, event.params.cumulative, event)
}

export function handleWithdrawn(event: Withdrawn): void {
  const escrow = loadEscrow(event.params.payerId, event.params.serviceId, event)
  escrow.withdrawn = event.params.cumulative
  escrow.save()
  saveEvent(escrow, 'WITHDRAWN', event.params.delta, event.params.cumulative, event)
}

export function handleVoucherCollected(event: VoucherCollected): void {
  const escrow = loadEscrow(event.params.payerId, event.params.serviceId, event)
  escrow.collected = event.params.cumulative
  escrow.save()
  saveEvent(escrow, 'VOUCHER_COLLECTED', event.params.delta, event.params.cumulative, event)

  const protocol = loadProtocol()
  protocol.collected = protocol.collected.plus(event.params.delta)
  protocol.save()
}
