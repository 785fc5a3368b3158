import type { ChainBlock, ChainLog, ChainReceipt, ChainTransaction } from './chainTypes.ts'
import { ContradictionError } from './rpcErrors.ts'

type Raw = Readonly<Record<string, unknown>>

const ZERO_HASH = `0x${'0'.repeat(64)}`
const ZERO_ADDRESS = `0x${'0'.repeat(40)}`
/** The newest type of transaction that Ethereum itself has (EIP-7702); chains add their own. */
const LAST_COMMON_TYPE = 4n

/**
 * Reads a block of `eth_getBlockBy…` with whole transactions, or with their hashes alone. Fields
 * that some chains leave out are zero.
 *
 * @throws ContradictionError when it is none, or holds a transaction of another block.
 */
export function parseBlock(raw: Raw): ChainBlock {
  const hash = required(raw, 'hash', 'a block')
  const baseFee = optional(raw.baseFeePerGas)
  const list = Array.isArray(raw.transactions) ? raw.transactions : []
  const transactions = list.filter((one) => typeof one === 'object' && one !== null) as Raw[]
  for (const { blockHash, hash: transaction } of transactions) {
    if (blockHash == null || text(blockHash) === hash) continue
    throw new ContradictionError(`block ${hash} holds transaction ${transaction} of ${blockHash}`)
  }
  return {
    number: Number(required(raw, 'number', 'a block')),
    hash,
    parentHash: required(raw, 'parentHash', 'a block'),
    timestamp: BigInt(required(raw, 'timestamp', 'a block')),
    unclesHash: text(raw.sha3Uncles ?? ZERO_HASH),
    author: text(raw.miner ?? ZERO_ADDRESS),
    stateRoot: text(raw.stateRoot ?? ZERO_HASH),
    transactionsRoot: text(raw.transactionsRoot ?? ZERO_HASH),
    receiptsRoot: text(raw.receiptsRoot ?? ZERO_HASH),
    gasUsed: optional(raw.gasUsed) ?? 0n,
    gasLimit: optional(raw.gasLimit) ?? 0n,
    difficulty: optional(raw.difficulty) ?? 0n,
    totalDifficulty: optional(raw.totalDifficulty) ?? 0n,
    size: optional(raw.size),
    baseFeePerGas: baseFee,
    logsBloom: raw.logsBloom == null ? null : text(raw.logsBloom),
    transactions: new Map(
      transactions.map((one) => {
        const transaction = parseTransaction(one, baseFee)
        return [transaction.hash, transaction]
      }),
    ),
  }
}

/** Reads a log of a mined block. @throws ContradictionError when it is none. */
export function parseLog(raw: Raw): ChainLog {
  if (raw.removed === true) {
    throw new ContradictionError(`a log of block ${raw.blockHash} is given as taken back`)
  }
  if (!Array.isArray(raw.topics)) throw new ContradictionError('a log is given without its topics')
  return {
    address: required(raw, 'address', 'a log'),
    topics: raw.topics.map(text),
    data: required(raw, 'data', 'a log'),
    blockHash: required(raw, 'blockHash', 'a log'),
    blockNumber: Number(required(raw, 'blockNumber', 'a log')),
    transactionHash: required(raw, 'transactionHash', 'a log'),
    transactionIndex: Number(required(raw, 'transactionIndex', 'a log')),
    logIndex: Number(required(raw, 'logIndex', 'a log')),
  }
}

/** Reads a transaction's receipt. @throws ContradictionError when it is none. */
export function parseReceipt(raw: Raw): ChainReceipt {
  if (!Array.isArray(raw.logs)) throw new ContradictionError('a receipt is given without its logs')
  return {
    transactionHash: required(raw, 'transactionHash', 'a receipt'),
    transactionIndex: Number(required(raw, 'transactionIndex', 'a receipt')),
    blockHash: required(raw, 'blockHash', 'a receipt'),
    blockNumber: Number(required(raw, 'blockNumber', 'a receipt')),
    cumulativeGasUsed: optional(raw.cumulativeGasUsed) ?? 0n,
    gasUsed: optional(raw.gasUsed) ?? 0n,
    contractAddress: raw.contractAddress == null ? null : text(raw.contractAddress),
    logs: raw.logs.map(parseLog),
    status: optional(raw.status),
    root: raw.root == null ? null : text(raw.root),
    logsBloom: text(raw.logsBloom ?? `0x${'0'.repeat(512)}`),
  }
}

/** Reads a transaction of any type: what its type does not have is zero. */
function parseTransaction(raw: Raw, baseFee: bigint | null): ChainTransaction {
  return {
    hash: required(raw, 'hash', 'a transaction'),
    index: Number(optional(raw.transactionIndex) ?? 0n),
    from: text(raw.from ?? ZERO_ADDRESS),
    to: raw.to == null ? null : text(raw.to),
    value: optional(raw.value) ?? 0n,
    gasLimit: optional(raw.gas) ?? 0n,
    gasPrice: effectiveGasPrice(raw, baseFee),
    input: text(raw.input ?? raw.data ?? '0x'),
    nonce: optional(raw.nonce) ?? 0n,
  }
}

/**
 * What a transaction paid: its bid, bounded by its cap. A deposit of the OP stack (type 0x7e) pays
 * nothing; of other types that only some chains have, the node itself says the price.
 */
function effectiveGasPrice(raw: Raw, baseFee: bigint | null): bigint {
  const price = optional(raw.gasPrice)
  const common = (optional(raw.type) ?? 0n) <= LAST_COMMON_TYPE
  if (price !== null && !common) return price
  const cap = optional(raw.maxFeePerGas)
  const tip = optional(raw.maxPriorityFeePerGas)
  if (cap !== null && tip !== null && baseFee !== null) {
    const bid = baseFee + tip
    return bid > cap ? cap : bid
  }
  return price ?? 0n
}

function required(raw: Raw, field: string, what: string): string {
  const value = raw[field]
  if (typeof value === 'string' && value.startsWith('0x')) return value.toLowerCase()
  throw new ContradictionError(`${what} is given without its \`${field}\``)
}

function optional(value: unknown): bigint | null {
  return value === undefined || value === null ? null : BigInt(value as string)
}

function text(value: unknown): string {
  return String(value).toLowerCase()
}
