/** Rows of the subgraph as the resolvers ask for them; integers arrive as decimal strings. */

export interface At {
  blockNumber: string
  timestamp: string
  transactionHash: string
}

export interface AccountRow {
  accountId: string
  payee: string
  paid: string
  contributionCount: number
  recordCount: number
}
export const ACCOUNT = 'accountId payee paid contributionCount recordCount'

export interface ContributionRow extends At {
  contributionId: string
  datanet: { datanetId: string }
  account: { accountId: string }
  firstRecordNo: string
  records: number
  bytesTotal: string
  contentRoot: string
}
export const CONTRIBUTION =
  'contributionId datanet { datanetId } account { accountId } firstRecordNo records bytesTotal contentRoot blockNumber timestamp transactionHash'

export interface DatanetRow {
  datanetId: string
  owner: { accountId: string }
  metaHash: string
  metaURI: string
  contributionCount: number
  recordCount: number
  bytesTotal: string
  createdBlock: string
  createdAt: string
  transactionHash: string
}
export const DATANET =
  'datanetId owner { accountId } metaHash metaURI contributionCount recordCount bytesTotal createdBlock createdAt transactionHash'

export interface ModelRow extends At {
  modelId: string
  owner: { accountId: string }
  kind: number
  weightsHash: string
  manifestHash: string
  trainings: { datanet: { datanetId: string }; snapshotRoot: string; lastRecordNo: string }[]
}
export const MODEL =
  'modelId owner { accountId } kind weightsHash manifestHash blockNumber timestamp transactionHash trainings { datanet { datanetId } snapshotRoot lastRecordNo }'

export interface PaymentRow extends At {
  epoch: { epochId: string }
  payee: string
  amount: string
  cumulative: string
}
export const PAYMENT =
  'epoch { epochId } payee amount cumulative blockNumber timestamp transactionHash'

export interface BatchRow extends At {
  batchId: string
  firstInferenceNo: string
  count: number
  fees: string
  receiptsRoot: string
  attributionRoot: string
  daCommitment: string
}
export const BATCH =
  'batchId firstInferenceNo count fees receiptsRoot attributionRoot daCommitment blockNumber timestamp transactionHash'

export interface EpochRow extends At {
  epochId: string
  status: string
  firstBatch: string
  lastBatch: string
  root: string
  sum: string
  added: string
  paid: string
  paramsVersion: number
  activatesAt: string
}
export const EPOCH =
  'epochId status firstBatch lastBatch root sum added paid paramsVersion activatesAt blockNumber timestamp transactionHash'

export interface ProposalRow extends At {
  proposalId: string
  proposer: string
  description: string
  status: string
  forVotes: string
  againstVotes: string
  abstainVotes: string
  voteStart: string
  voteEnd: string
}
export const PROPOSAL =
  'proposalId proposer description status forVotes againstVotes abstainVotes voteStart voteEnd blockNumber timestamp transactionHash'

export interface VoteRow extends At {
  voter: string
  support: number
  weight: string
  reason: string
}
export const VOTE = 'voter support weight reason blockNumber timestamp transactionHash'

export interface ProtocolRow {
  accounts: number
  datanets: number
  contributions: number
  records: number
  models: number
  batches: number
  inferences: string
  epochs: number
  fees: string
  deposited: string
  collected: string
  paid: string
  gOpenSupply: string
  paramsVersion: number
}
export const PROTOCOL =
  'accounts datanets contributions records models batches inferences epochs fees deposited collected paid gOpenSupply paramsVersion'
