import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Log, Provider } from 'ethers'
import { FinalLogs } from './finalLogs.ts'

/** A chain of blocks, each with a name and at most one log. */
function memoryChain() {
  const blocks: { hash: string; log?: string }[] = [{ hash: 'genesis' }]
  let asked = 0
  const provider = {
    async getBlock(number: number) {
      return blocks[number] ?? null
    },
    async getLogs({ fromBlock, toBlock }: { fromBlock: number; toBlock: number }) {
      asked += 1
      return blocks
        .slice(fromBlock, toBlock + 1)
        .filter(({ log }) => log !== undefined)
        .map(({ log }) => ({ data: log }))
    },
  } as unknown as Provider
  return { blocks, provider, asked: () => asked }
}

const source = { address: '0x', topics: [], startBlock: 1 }
const read = (log: Log) => log.data

test('each block is read once', async () => {
  const { blocks, provider, asked } = memoryChain()
  const logs = new FinalLogs(provider, source, read)
  blocks.push({ hash: 'a', log: '1' }, { hash: 'b' }, { hash: 'c', log: '2' })
  const [first, second] = await Promise.all([logs.upTo(2), logs.upTo(2)])
  assert.deepEqual(first, ['1'])
  assert.equal(second, first)
  assert.equal(asked(), 1)
  assert.deepEqual(await logs.upTo(3), ['1', '2'])
  await logs.upTo(3)
  assert.equal(asked(), 2)
})

test('a chain that lost blocks it had called final is read again from the start', async () => {
  const { blocks, provider } = memoryChain()
  const logs = new FinalLogs(provider, source, read)
  blocks.push({ hash: 'a', log: '1' }, { hash: 'b', log: '2' }, { hash: 'c' })
  const before = await logs.upTo(3)
  blocks.splice(2)
  assert.deepEqual(await logs.upTo(1), ['1'])
  blocks.push({ hash: 'B', log: '2 again' }, { hash: 'C', log: '3' })
  const after = await logs.upTo(3)
  assert.deepEqual(after, ['1', '2 again', '3'])
  assert.notEqual(after, before)
})
