import { BigInt } from '@graphprotocol/graph-ts'
import { ModelRegistered, ModelTrainedOn, StakeChanged } from '../generated/ModelRegistry/ModelRegistry'
import { Model, ModelStake, ModelTraining, StakeChange } from '../generated/schema'
import { eventId } from './eventId'
import { loadProtocol } from './protocol'

export function handleModelRegistered(event: ModelRegistered): void {
  const model = new Model(event.params.modelId.toString())
  model.modelId = event.params.modelId
  model.owner = event.params.ownerId.toString()
  if (!event.params.parentId.isZero()) model.parent = event.params.parentId.toString()
  model.kind = event.params.kind
  model.weightsHash = event.params.weightsHash
  model.manifestHash = event.params.manifestHash
  model.stake = BigInt.zero()
  model.blockNumber = event.block.number
  model.timestamp = event.block.timestamp
  model.transactionHash = event.transaction.hash
  model.save()

  const protocol = loadProtocol()
  protocol.models += 1
  protocol.save()
}

export function handleModelTrainedOn(event: ModelTrainedOn): void {
  const training = new ModelTraining(eventId(event))
  training.model = event.params.modelId.toString()
  training.datanet = event.params.datanetId.toString()
  training.snapshotRoot = event.params.snapshotRoot
  training.lastRecordNo = event.params.lastRecordNo
  training.blockNumber = event.block.number
  training.timestamp = event.block.timestamp
  training.transactionHash = event.transaction.hash
  training.save()
}

export function handleStakeChanged(event: StakeChanged): void {
  const model = Model.load(event.params.modelId.toString())!
  model.stake = model.stake.plus(event.params.delta)
  model.save()

  const id = model.id.concat('-').concat(event.params.accountId.toString())
  const stake = new ModelStake(id)
  stake.model = model.id
  stake.account = event.params.accountId.toString()
  stake.amount = event.params.total
  stake.blockNumber = event.block.number
  stake.save()

  const change = new StakeChange(eventId(event))
  change.model = model.id
  change.account = event.params.accountId.toString()
  change.delta = event.params.delta
  change.total = event.params.total
  change.blockNumber = event.block.number
  change.timestamp = event.block.timestamp
  change.transactionHash = event.transaction.hash
  change.save()
}
