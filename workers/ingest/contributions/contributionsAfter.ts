import { querySubgraph } from '../../subgraph/querySubgraph.ts'

/** A contribution as the chain tells of it. */
export interface ChainContribution {
  contributionId: bigint
  datanetId: bigint
  accountId: bigint
  firstRecordNo: bigint
  records: number
  bytesTotal: bigint
  /** Merkle root over the records' salted leaves, 0x-hex. */
  contentRoot: string
  /** sha256 of the manifest in the content store, 0x-hex. */
  manifestHash: string
  blockNumber: number
}

const PAGE = 500
const QUERY = `query Contributions($where: Contribution_filter!, $first: Int!) {
  contributions(
    first: $first
    orderBy: contributionId
    orderDirection: asc
    where: $where
  ) {
    contributionId
    datanet { id }
    account { id }
    firstRecordNo
    records
    bytesTotal
    contentRoot
    manifestHash
    blockNumber
  }
}`

interface Row {
  contributionId: string
  datanet: { id: string }
  account: { id: string }
  firstRecordNo: string
  records: number
  bytesTotal: string
  contentRoot: string
  manifestHash: string
  blockNumber: string
}

/**
 * Contributions with a higher id than `after` in blocks up to `block`, by id. Whatever the subgraph
 * has not indexed yet comes with a later call.
 *
 * @param datanetId only those to this Datanet
 */
export async function contributionsAfter(
  subgraphUrl: string,
  after: bigint,
  block: number,
  datanetId?: bigint,
): Promise<ChainContribution[]> {
  const all: ChainContribution[] = []
  for (let last = after; ; last = all[all.length - 1].contributionId) {
    const { contributions } = await querySubgraph<{ contributions: Row[] }>(subgraphUrl, QUERY, {
      where: {
        contributionId_gt: last.toString(),
        blockNumber_lte: block.toString(),
        ...(datanetId === undefined ? {} : { datanet: datanetId.toString() }),
      },
      first: PAGE,
    })
    all.push(...contributions.map(fromRow))
    if (contributions.length < PAGE) return all
  }
}

function fromRow(row: Row): ChainContribution {
  return {
    contributionId: BigInt(row.contributionId),
    datanetId: BigInt(row.datanet.id),
    accountId: BigInt(row.account.id),
    firstRecordNo: BigInt(row.firstRecordNo),
    records: row.records,
    bytesTotal: BigInt(row.bytesTotal),
    contentRoot: row.contentRoot.toLowerCase(),
    manifestHash: row.manifestHash.toLowerCase(),
    blockNumber: Number(row.blockNumber),
  }
}
