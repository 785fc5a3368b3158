import { chainPoint } from '../chainPoint.ts'
import type { At, ContributionRow } from '../chainRows.ts'
import type { Context } from '../context.ts'
import { AddressScalar, BigIntScalar, BytesScalar, DateTimeScalar } from '../scalars/scalars.ts'
import { Contributor, contributorQuery, contributorsQuery } from './contributor.ts'
import { Datanet, datanetQuery, datanetsQuery } from './datanet.ts'
import { Epoch, epochQuery, epochsQuery } from './epoch.ts'
import { Inference, inferenceQuery, inferencesQuery } from './inference.ts'
import { Model, modelQuery, modelsQuery } from './model.ts'
import { Proposal, proposalQuery, proposalsQuery, Vote } from './proposal.ts'
import { Stats, statsQuery } from './stats.ts'

const at = (row: At, _: unknown, context: Context) => chainPoint(row, context)

/** One entry a type of the schema; what is not listed is read from the row by its name. */
export const resolvers = {
  BigInt: BigIntScalar,
  Address: AddressScalar,
  Bytes: BytesScalar,
  DateTime: DateTimeScalar,
  Query: {
    contributor: contributorQuery,
    contributors: contributorsQuery,
    datanet: datanetQuery,
    datanets: datanetsQuery,
    model: modelQuery,
    models: modelsQuery,
    inference: inferenceQuery,
    inferences: inferencesQuery,
    epoch: epochQuery,
    epochs: epochsQuery,
    proposal: proposalQuery,
    proposals: proposalsQuery,
    stats: statsQuery,
    asOf: (_: unknown, __: unknown, context: Context) => context.asOf(),
  },
  Contributor,
  Datanet,
  Model,
  Inference,
  Epoch,
  Proposal,
  Vote,
  Stats,
  Contribution: {
    datanetId: ({ datanet }: ContributionRow) => datanet.datanetId,
    accountId: ({ account }: ContributionRow) => account.accountId,
    at,
  },
  Payment: {
    epochId: ({ epoch }: { epoch: { epochId: string } }) => epoch.epochId,
    at,
  },
  Batch: { at },
}
