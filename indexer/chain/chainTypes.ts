/** A log of a block. Hashes and addresses are `0x…` in lower case. */
export interface ChainLog {
  readonly address: string
  readonly topics: readonly string[]
  readonly data: string
  readonly blockHash: string
  readonly blockNumber: number
  readonly transactionHash: string
  readonly transactionIndex: number
  readonly logIndex: number
}

export interface ChainTransaction {
  readonly hash: string
  readonly index: number
  readonly from: string
  /** Null for the creation of a contract. */
  readonly to: string | null
  readonly value: bigint
  readonly gasLimit: bigint
  /** Wei per gas that the transaction really paid. */
  readonly gasPrice: bigint
  readonly input: string
  readonly nonce: bigint
}

export interface ChainReceipt {
  readonly transactionHash: string
  readonly transactionIndex: number
  readonly blockHash: string
  readonly blockNumber: number
  readonly cumulativeGasUsed: bigint
  readonly gasUsed: bigint
  readonly contractAddress: string | null
  readonly logs: readonly ChainLog[]
  readonly status: bigint | null
  readonly root: string | null
  readonly logsBloom: string
}

/** A block's place in the chain. */
export interface BlockPointer {
  readonly number: number
  readonly hash: string
}

export interface ChainBlock extends BlockPointer {
  readonly parentHash: string
  /** Seconds since 1970. */
  readonly timestamp: bigint
  readonly unclesHash: string
  readonly author: string
  readonly stateRoot: string
  readonly transactionsRoot: string
  readonly receiptsRoot: string
  readonly gasUsed: bigint
  readonly gasLimit: bigint
  readonly difficulty: bigint
  readonly totalDifficulty: bigint
  readonly size: bigint | null
  readonly baseFeePerGas: bigint | null
  /** What the block's logs are about, as far as the chain says so. */
  readonly logsBloom?: string | null
  /** By hash. */
  readonly transactions: ReadonlyMap<string, ChainTransaction>
}
