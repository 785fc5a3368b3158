import { BigInt, Bytes } from '@graphprotocol/graph-ts'
import {
  ProposalCanceled,
  ProposalCreated,
  ProposalExecuted,
  ProposalQueued,
  VoteCast,
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

export function handleVoteCast(event: VoteCast): void {
  const proposal = Proposal.load(event.params.proposalId.toString())!
  const weight = event.params.weight
  // GovernorCountingSimple: 0 against, 1 for, 2 abstain.
  if (event.params.support == 0) proposal.againstVotes = proposal.againstVotes.plus(weight)
  else if (event.params.support == 1) proposal.forVotes = proposal.forVotes.plus(weight)
  else proposal.abstainVotes = proposal.abstainVotes.plus(weight)
  proposal.voters += 1
  proposal.save()

  const vote = new Vote(eventId(event))
  vote.proposal = proposal.id
  vote.voter = event.params.voter
  vote.support = event.params.support
  vote.weight = weight
  vote.reason = event.params.reason
  vote.blockNumber = event.block.number
  vote.timestamp = event.block.timestamp
  vote.transactionHash = event.transaction.hash
  vote.save()
}
