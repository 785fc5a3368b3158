import { BigInt, Bytes, ethereum } from '@graphprotocol/graph-ts'
import {
  ProposalCanceled,
  ProposalCreated,
  ProposalExecuted,
  ProposalExtended,
  ProposalQueued,
  VoteCast,
  VoteCastWithParams,
} from '../generated/OpenGovernor/OpenGovernor'
import { Proposal, Vote } from '../generated/schema'
import { eventId } from './eventId'

export function handleProposalCreated(event: ProposalCreated): void {
  const proposal = new Proposal(event.params.proposalId.toString())
  proposal.proposalId = event.params.proposalId
  proposal.proposer = event.params.proposer
  proposal.description = event.params.description
  const targets = event.params.targets
  const addresses: Bytes[] = []
  for (let i = 0; i < targets.length; i++) addresses.push(targets[i])
  proposal.targets = addresses
  proposal.values = event.params.values
  proposal.calldatas = event.params.calldatas
  proposal.voteStart = event.params.voteStart
  proposal.voteEnd = event.params.voteEnd
  proposal.status = 'OPEN'
  proposal.forVotes = BigInt.zero()
  proposal.againstVotes = BigInt.zero()
  proposal.abstainVotes = BigInt.zero()
  proposal.voters = 0
  proposal.blockNumber = event.block.number
  proposal.timestamp = event.block.timestamp
  proposal.transactionHash = event.transaction.hash
  proposal.save()
}

export function handleProposalQueued(event: ProposalQueued): void {
  const proposal = Proposal.load(event.params.proposalId.toString())!
  proposal.status = 'QUEUED'
  proposal.eta = event.params.etaSeconds
  proposal.save()
}

export function handleProposalExecuted(event: ProposalExecuted): void {
  const proposal = Proposal.load(event.params.proposalId.toString())!
  proposal.status = 'EXECUTED'
  proposal.save()
}

export function handleProposalCanceled(event: ProposalCanceled): void {
  const proposal = Proposal.load(event.params.proposalId.toString())!
  proposal.status = 'CANCELED'
  proposal.save()
}

/** A quorum reached late keeps the vote open for longer. */
export function handleProposalExtended(event: ProposalExtended): void {
  const proposal = Proposal.load(event.params.proposalId.toString())!
  proposal.voteEnd = event.params.extendedDeadline
  proposal.save()
}

export function handleVoteCast(event: VoteCast): void {
  const vote = castVote(event, event.params.proposalId, event.params.support, event.params.weight)
  vote.voter = event.params.voter
  vote.reason = event.params.reason
  vote.save()
}

/** The governor emits this instead of VoteCast when a voter sends parameters along. */
export function handleVoteCastWithParams(event: VoteCastWithParams): void {
  const vote = castVote(event, event.params.proposalId, event.params.support, event.params.weight)
  vote.voter = event.params.voter
  vote.reason = event.params.reason
  vote.params = event.params.params
  vote.save()
}

/** Counts a vote; gives it without what its caller alone says of it. */
function castVote(event: ethereum.Event, proposalId: BigInt, support: i32, weight: BigInt): Vote {
  const proposal = Proposal.load(proposalId.toString())!
  // GovernorCountingSimple: 0 against, 1 for, 2 abstain.
  if (support == 0) proposal.againstVotes = proposal.againstVotes.plus(weight)
  else if (support == 1) proposal.forVotes = proposal.forVotes.plus(weight)
  else proposal.abstainVotes = proposal.abstainVotes.plus(weight)
  proposal.voters += 1
  proposal.save()

  const vote = new Vote(eventId(event))
  vote.proposal = proposal.id
  vote.support = support
  vote.weight = weight
  vote.blockNumber = event.block.number
  vote.timestamp = event.block.timestamp
  vote.transactionHash = event.transaction.hash
  return vote
}
