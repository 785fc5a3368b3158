import { BigInt } from '@graphprotocol/graph-ts'
import {
  EpochActivated,
  EpochChallenged,
  EpochDisabled,
  EpochPosted,
  InferenceBatchCommitted,
  Paid,
} from '../generated/AttributionSettlement/AttributionSettlement'
import { Account, Batch, Epoch, Payment } from '../generated/schema'
import { eventId } from './eventId'
import { loadProtocol } from './protocol'

/** Epochs are posted over the batches of one service, the first one. */
const SERVICE = '1'

function batchKey(batchId: BigInt): string {
  return SERVICE.concat('-').concat(batchId.toString())
}

export function handleInferenceBatchCommitted(event: InferenceBatchCommitted): void {
  const count = event.params.count
  const id = event.params.serviceId.toString().concat('-').concat(event.params.batchId.toString())
  const batch = new Batch(id)
  batch.serviceId = event.params.serviceId.toI32()
  batch.batchId = event.params.batchId
  batch.firstInferenceNo = event.params.firstInferenceNo
  batch.lastInferenceNo = event.params.firstInferenceNo.plus(count).minus(BigInt.fromI32(1))
  batch.count = count.toI32()
  batch.fees = event.params.fees
  batch.feesCumulative = event.params.feesCumulative
  batch.receiptsRoot = event.params.receiptsRoot
  batch.attributionRoot = event.params.attributionRoot
  batch.paramsVersion = event.params.paramsVersion.toI32()
  batch.daCommitment = event.params.daCommitment
  batch.blockNumber = event.block.number
  batch.timestamp = event.block.timestamp
  batch.transactionHash = event.transaction.hash
  batch.save()

  const protocol = loadProtocol()
  protocol.batches += 1
  protocol.inferences = protocol.inferences.plus(count)
  protocol.fees = protocol.fees.plus(event.params.fees)
  protocol.save()
}

export function handleEpochPosted(event: EpochPosted): void {
  const epoch = new Epoch(event.params.epochId.toString())
  epoch.epochId = event.params.epochId
  epoch.firstBatch = event.params.firstBatch
  epoch.lastBatch = event.params.lastBatch
  epoch.root = event.params.root
  epoch.sum = event.params.sum
  epoch.paramsVersion = event.params.paramsVersion.toI32()
  epoch.daCommitment = event.params.daCommitment
  epoch.activatesAt = event.params.activatesAt
  epoch.status = 'POSTED'
  epoch.paid = BigInt.zero()
  epoch.blockNumber = event.block.number
  epoch.timestamp = event.block.timestamp
  epoch.transactionHash = event.transaction.hash

  let added = BigInt.zero()
  const one = BigInt.fromI32(1)
  for (let id = event.params.firstBatch; id.le(event.params.lastBatch); id = id.plus(one)) {
    const batch = Batch.load(batchKey(id))
    if (batch === null) continue
    batch.epoch = epoch.id
    batch.save()
    added = added.plus(batch.fees)
  }
  epoch.added = added
  epoch.save()

  const protocol = loadProtocol()
  protocol.epochs += 1
  protocol.save()
}

export function handleEpochChallenged(event: EpochChallenged): void {
  setStatus(event.params.epochId, 'CHALLENGED')
}

export function handleEpochDisabled(event: EpochDisabled): void {
  // Later epochs built on the disabled one and fall with it; their batches are posted again.
  const one = BigInt.fromI32(1)
  const last = event.params.lastDisabled
  for (let id = event.params.epochId; id.le(last); id = id.plus(one)) {
    setStatus(id, 'DISABLED')
  }
}

export function handleEpochActivated(event: EpochActivated): void {
  setStatus(event.params.epochId, 'ACTIVATED')
}

function setStatus(epochId: BigInt, status: string): void {
  const epoch = Epoch.load(epochId.toString())
  if (epoch === null) return
  epoch.status = status
  epoch.save()
}

export function handlePaid(event: Paid): void {
  const payment = new Payment(eventId(event))
  payment.account = event.params.accountId.toString()
  payment.epoch = event.params.epochId.toString()
  payment.payee = event.params.payee
  payment.amount = event.params.amount
  payment.cumulative = event.params.cumulative
  payment.blockNumber = event.block.number
  payment.timestamp = event.block.timestamp
  payment.transactionHash = event.transaction.hash
  payment.logIndex = event.logIndex.toI32()
  payment.save()

  const account = Account.load(payment.account)
  if (account !== null) {
    account.paid = account.paid.plus(event.params.amount)
    account.lastPaidEpoch = event.params.epochId
    account.save()
  }
  const epoch = Epoch.load(payment.epoch)
  if (epoch !== null) {
    epoch.paid = epoch.paid.plus(event.params.amount)
    epoch.save()
  }
  const protocol = loadProtocol()
  protocol.paid = protocol.paid.plus(event.params.amount)
  protocol.save()
}
