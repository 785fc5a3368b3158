import { BigInt, ethereum } from '@graphprotocol/graph-ts'
import { Drop } from '../generated/Every/Emitter'
import { Count, Seen } from '../generated/schema'

function count(id: string, number: BigInt): void {
  let found = Count.load(id)
  if (found == null) {
    found = new Count(id)
    found.blocks = 0
  }
  found.blocks = found.blocks + 1
  found.last = number
  found.save()
}

export function handleEvery(block: ethereum.Block): void {
  count('every', block.number)
}

export function handleOnce(block: ethereum.Block): void {
  count('once', block.number)
}

export function handleOnceMore(block: ethereum.Block): void {
  count('once more', block.number)
}

export function handleDrop(event: Drop): void {
  count('drop', event.block.number)
}

export function handlePolling(block: ethereum.Block): void {
  count('polling', block.number)
  const seen = new Seen(block.number.toI64())
  seen.number = block.number
  seen.hash = block.hash
  seen.parent = block.parentHash
  seen.author = block.author
  seen.gasUsed = block.gasUsed
  seen.gasLimit = block.gasLimit
  seen.timestamp = block.timestamp
  seen.difficulty = block.difficulty
  seen.totalDifficulty = block.totalDifficulty
  seen.size = block.size
  seen.baseFee = block.baseFeePerGas
  seen.roots = [block.unclesHash, block.stateRoot, block.transactionsRoot, block.receiptsRoot]
  seen.save()
}
