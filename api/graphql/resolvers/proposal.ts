import { chainPoint } from '../chainPoint.ts'
import {
  PROPOSAL,
  PROTOCOL,
  type ProposalRow,
  type ProtocolRow,
  VOTE,
  type VoteRow,
} from '../chainRows.ts'
import type { Context } from '../context.ts'
import { pageSize } from '../pageSize.ts'
import { dateTime } from '../scalars/dateTime.ts'

interface First {
  first?: number | null
}

const SUPPORT = ['AGAINST', 'FOR', 'ABSTAIN']

export const proposalQuery = async (_: unknown, { id }: { id: bigint }, { parts }: Context) => {
  const { proposal } = await parts.subgraph.query<{ proposal: ProposalRow | null }>(
    `query ($id: ID!) { proposal(id: $id) { ${PROPOSAL} } }`,
    { id: id.toString() },
  )
  return proposal
}

export const proposalsQuery = async (_: unknown, { first }: First, { parts }: Context) => {
  const { proposals } = await parts.subgraph.query<{ proposals: ProposalRow[] }>(
    `query ($first: Int!) {
      proposals(first: $first, orderBy: blockNumber, orderDirection: desc) { ${PROPOSAL} }
    }`,
    { first: pageSize(first, 20) },
  )
  return proposals
}

export const Proposal = {
  supply: async (_: unknown, __: unknown, { parts }: Context) => {
    const { protocol } = await parts.subgraph.query<{ protocol: ProtocolRow | null }>(
      `{ protocol(id: "tributary") { ${PROTOCOL} } }`,
    )
    return protocol?.gOpenSupply ?? 0n
  },
  voteStart: ({ voteStart }: ProposalRow) => dateTime(voteStart),
  voteEnd: ({ voteEnd }: ProposalRow) => dateTime(voteEnd),
  votes: async ({ proposalId }: ProposalRow, { first }: First, { parts }: Context) => {
    const { votes } = await parts.subgraph.query<{ votes: unknown[] }>(
      `query ($proposal: String!, $first: Int!) {
        votes(first: $first, where: { proposal: $proposal }, orderBy: weight, orderDirection: desc) { ${VOTE} }
      }`,
      { proposal: proposalId, first: pageSize(first, 100) },
    )
    return votes
  },
  createdAt: (row: ProposalRow, _: unknown, context: Context) => chainPoint(row, context),
  asOf: (_: unknown, __: unknown, context: Context) => context.asOf(),
}

export const Vote = {
  support: ({ support }: VoteRow) => SUPPORT[support] ?? `option ${support}`,
  at: (row: VoteRow, _: unknown, context: Context) => chainPoint(row, context),
}
