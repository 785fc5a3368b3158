import { BigInt, Bytes } from '@graphprotocol/graph-ts'
import {
  ProposalCanceled,
  ProposalCreated,
  ProposalExecuted,
  ProposalQueued,
  VoteCast,
} from '../generated/Governor/Governor'
import { Proposal, Vote, Voter } from '../generated/schema'

function voter(id: Bytes): Voter {
  let found = Voter.load(id)
  if (found == null) {
    found = new Voter(id)
    found.weight = BigInt.zero()
    found.save()
  }
  return found
}

export function handleProposalCreated(event: ProposalCreated): void {
  const proposal = new Proposal(event.params.proposalId.toString())
  proposal.proposer = voter(event.params.proposer).id
  const targets: Bytes[] = []
  for (let i = 0; i < event.params.targets.length; i++) targets.push(event.params.targets[i])
  proposal.targets = targets
  proposal.values = event.params.values
  proposal.calldatas = event.params.calldatas
  proposal.start = event.params.voteStart
  proposal.end = event.params.voteEnd
  proposal.description = event.params.description
  proposal.state = 'PENDING'
  proposal.against = BigInt.zero()
  proposal.for = BigInt.zero()
  proposal.abstain = BigInt.zero()
  proposal.save()
}

export function handleVoteCast(event: VoteCast): void {
  const from = voter(event.params.voter)
  from.weight = from.weight.plus(event.params.weight)
  from.save()
  const id = event.params.proposalId.toString()
  const proposal = Proposal.load(id)
  const vote = new Vote(id + '-' + event.params.voter.toHexString() + '-' + event.block.number.toString() + '-' + event.logIndex.toString())
  vote.voter = from.id
  vote.proposal = id
  vote.support = event.params.support
  vote.weight = event.params.weight
  if (event.params.reason.length > 0) vote.reason = event.params.reason
  vote.save()
  if (proposal == null) return
  if (event.params.support == 0) proposal.against = proposal.against.plus(event.params.weight)
  else if (event.params.support == 1) proposal.for = proposal.for.plus(event.params.weight)
  else proposal.abstain = proposal.abstain.plus(event.params.weight)
  proposal.save()
}

function change(id: BigInt, state: string, eta: BigInt | null): void {
  const proposal = Proposal.load(id.toString())
  if (proposal == null) return
  proposal.state = state
  if (eta !== null) proposal.eta = eta
  proposal.save()
}

export function handleProposalQueued(event: ProposalQueued): void {
  change(event.params.proposalId, 'QUEUED', event.params.etaSeconds)
}

export function handleProposalExecuted(event: ProposalExecuted): void {
  change(event.params.proposalId, 'EXECUTED', null)
}

export function handleProposalCanceled(event: ProposalCanceled): void {
  change(event.params.proposalId, 'CANCELED', null)
}
