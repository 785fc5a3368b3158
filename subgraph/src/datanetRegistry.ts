import { BigInt } from '@graphprotocol/graph-ts'
import {
  AccessGranted,
  AccessRevoked,
  ContributionReviewed,
  ContributionSubmitted,
  DatanetCreated,
} from '../generated/DatanetRegistry/DatanetRegistry'
import { AccessGrant, Account, Contribution, Datanet, Review } from '../generated/schema'
import { eventId } from './eventId'
import { loadProtocol } from './protocol'

export function handleDatanetCreated(event: DatanetCreated): void {
  const datanet = new Datanet(event.params.datanetId.toString())
  datanet.datanetId = event.params.datanetId
  datanet.owner = event.params.ownerId.toString()
  datanet.access = event.params.access
  datanet.modality = event.params.modality
  datanet.metaHash = event.params.metaHash
  datanet.metaURI = event.params.metaURI
  datanet.contributionCount = 0
  datanet.recordCount = 0
  datanet.bytesTotal = BigInt.zero()
  datanet.lastRecordNo = BigInt.zero()
  datanet.createdBlock = event.block.number
  datanet.createdAt = event.block.timestamp
  datanet.transactionHash = event.transaction.hash
  datanet.save()

  const protocol = loadProtocol()
  protocol.datanets += 1
  protocol.save()
}

export function handleContributionSubmitted(event: ContributionSubmitted): void {
  const records = event.params.records.toI32()
  const datanet = Datanet.load(event.params.datanetId.toString())!
  datanet.contributionCount += 1
  datanet.recordCount += records
  datanet.bytesTotal = datanet.bytesTotal.plus(event.params.bytesTotal)
  datanet.lastRecordNo = event.params.firstRecordNo
    .plus(event.params.records)
    .minus(BigInt.fromI32(1))
  datanet.save()

  const account = Account.load(event.params.accountId.toString())!
  account.contributionCount += 1
  account.recordCount += records
  account.save()

  const contribution = new Contribution(event.params.contributionId.toString())
  contribution.contributionId = event.params.contributionId
  contribution.datanet = datanet.id
  contribution.account = account.id
  contribution.firstRecordNo = event.params.firstRecordNo
  contribution.records = records
  contribution.bytesTotal = event.params.bytesTotal
  contribution.contentRoot = event.params.contentRoot
  contribution.manifestHash = event.params.manifestHash
  contribution.priorityTime = event.params.priorityTime
  contribution.blockNumber = event.block.number
  contribution.timestamp = event.block.timestamp
  contribution.transactionHash = event.transaction.hash
  contribution.save()

  const protocol = loadProtocol()
  protocol.contributions += 1
  protocol.records += records
  protocol.save()
}

export function handleContributionReviewed(event: ContributionReviewed): void {
  const review = new Review(eventId(event))
  review.contribution = event.params.contributionId.toString()
  review.curator = event.params.curatorId.toString()
  review.verdict = event.params.verdict
  review.qualityPpm = event.params.qualityPpm
  review.reasonHash = event.params.reasonHash
  review.blockNumber = event.block.number
  review.timestamp = event.block.timestamp
  review.transactionHash = event.transaction.hash
  review.save()
}

export function handleAccessGranted(event: AccessGranted): void {
  const id = event.params.datanetId
    .toString()
    .concat('-')
    .concat(event.params.grantee.toHexString())
    .concat('-')
    .concat(event.params.scope.toString())
  const grant = new AccessGrant(id)
  grant.datanet = event.params.datanetId.toString()
  grant.grantee = event.params.grantee
  grant.scope = event.params.scope
  grant.notBefore = event.params.notBefore
  grant.notAfter = event.params.notAfter
  grant.keyCommitment = event.params.keyCommitment
  grant.active = true
  grant.blockNumber = event.block.number
  grant.timestamp = event.block.timestamp
  grant.save()
}

export function handleAccessRevoked(event: AccessRevoked): void {
  const id = event.params.datanetId
    .toString()
    .concat('-')
    .concat(event.params.grantee.toHexString())
    .concat('-')
    .concat(event.params.scope.toString())
  const grant = AccessGrant.load(id)
  if (grant === null) return
  grant.active = false
  grant.blockNumber = event.block.number
  grant.timestamp = event.block.timestamp
  grant.save()
}
