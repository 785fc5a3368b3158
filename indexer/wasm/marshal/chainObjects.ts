import type { NamedValue } from '../../abi/contractAbi.ts'
import type {
  ChainBlock,
  ChainLog,
  ChainReceipt,
  ChainTransaction,
} from '../../chain/chainTypes.ts'
import { hexToBytes } from '../../values/hex.ts'
import type { Heap } from '../memory/heap.ts'
import { TypeId } from '../memory/typeId.ts'
import { writeAbiValue } from './abiValue.ts'
import { writeBigInt } from './numbers.ts'

/** A log with what its handler is given beside it. */
export interface EventTrigger {
  readonly log: ChainLog
  readonly block: ChainBlock
  readonly transaction: ChainTransaction
  readonly parameters: readonly NamedValue[]
  /** Only for handlers that ask for it. */
  readonly receipt: ChainReceipt | null
}

/** Writes an `ethereum.Block`. */
export function writeBlock(heap: Heap, block: ChainBlock): number {
  return heap.record(TypeId.EthereumBlock, [
    hex(heap, block.hash),
    hex(heap, block.parentHash),
    hex(heap, block.unclesHash),
    hex(heap, block.author),
    hex(heap, block.stateRoot),
    hex(heap, block.transactionsRoot),
    hex(heap, block.receiptsRoot),
    writeBigInt(heap, BigInt(block.number)),
    writeBigInt(heap, block.gasUsed),
    writeBigInt(heap, block.gasLimit),
    writeBigInt(heap, block.timestamp),
    writeBigInt(heap, block.difficulty),
    writeBigInt(heap, block.totalDifficulty),
    block.size === null ? 0 : writeBigInt(heap, block.size),
    block.baseFeePerGas === null ? 0 : writeBigInt(heap, block.baseFeePerGas),
  ])
}

/** Writes an `ethereum.Event`. */
export function writeEvent(heap: Heap, trigger: EventTrigger): number {
  const { log, block, transaction, parameters, receipt } = trigger
  // First what the logs of one block, then what those of one transaction are given alike.
  const blockPointer = heap.shared(block, () => writeBlock(heap, block))
  const transactionPointer = heap.shared(transaction, () => writeTransaction(heap, transaction))
  const logIndex = writeBigInt(heap, BigInt(log.logIndex))
  return heap.record(TypeId.EthereumEvent, [
    hex(heap, log.address),
    logIndex,
    logIndex,
    0,
    blockPointer,
    transactionPointer,
    heap.array(
      TypeId.ArrayEventParam,
      parameters.map(({ name, value }) =>
        heap.record(TypeId.EventParam, [heap.string(name), writeAbiValue(heap, value)]),
      ),
    ),
    receipt === null ? 0 : writeReceipt(heap, receipt),
  ])
}

function writeTransaction(heap: Heap, transaction: ChainTransaction): number {
  return heap.record(TypeId.EthereumTransaction, [
    hex(heap, transaction.hash),
    writeBigInt(heap, BigInt(transaction.index)),
    hex(heap, transaction.from),
    transaction.to === null ? 0 : hex(heap, transaction.to),
    writeBigInt(heap, transaction.value),
    writeBigInt(heap, transaction.gasLimit),
    writeBigInt(heap, transaction.gasPrice),
    hex(heap, transaction.input),
    writeBigInt(heap, transaction.nonce),
  ])
}

function writeReceipt(heap: Heap, receipt: ChainReceipt): number {
  return heap.record(TypeId.TransactionReceipt, [
    hex(heap, receipt.transactionHash),
    writeBigInt(heap, BigInt(receipt.transactionIndex)),
    hex(heap, receipt.blockHash),
    writeBigInt(heap, BigInt(receipt.blockNumber)),
    writeBigInt(heap, receipt.cumulativeGasUsed),
    writeBigInt(heap, receipt.gasUsed),
    receipt.contractAddress === null ? 0 : hex(heap, receipt.contractAddress),
    heap.array(
      TypeId.ArrayLog,
      receipt.logs.map((log) => writeLog(heap, log)),
    ),
    receipt.status === null ? 0 : writeBigInt(heap, receipt.status),
    receipt.root === null ? 0 : hex(heap, receipt.root),
    hex(heap, receipt.logsBloom),
  ])
}

function writeLog(heap: Heap, log: ChainLog): number {
  return heap.record(TypeId.Log, [
    hex(heap, log.address),
    heap.array(
      TypeId.ArrayB256,
      log.topics.map((topic) => hex(heap, topic)),
    ),
    hex(heap, log.data),
    hex(heap, log.blockHash),
    // A `BigInt`, though graph-ts declares `Bytes`: graph-node hands it over like this.
    writeBigInt(heap, BigInt(log.blockNumber)),
    hex(heap, log.transactionHash),
    writeBigInt(heap, BigInt(log.transactionIndex)),
    writeBigInt(heap, BigInt(log.logIndex)),
    0,
    0,
    heap.flag(TypeId.WrappedBool, false),
  ])
}

function hex(heap: Heap, text: string): number {
  return heap.bytes(hexToBytes(text) as Uint8Array)
}
