import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ChainReader } from '../chain/chainReader.ts'
import type { LogFilter } from '../chain/logFilter.ts'
import { RpcClient } from '../chain/rpcClient.ts'
import { Random } from '../testing/random.ts'
import { ScriptedChain } from '../testing/reorgs/scriptedChain.ts'
import { ScriptedNode } from '../testing/reorgs/scriptedNode.ts'
import { BlockQueue } from './blockQueue.ts'

let chain: ScriptedChain
let node: ScriptedNode
let reader: ChainReader
let filters: LogFilter[]

before(async () => {
  chain = new ScriptedChain(new Random(11))
  chain.grow(200)
  node = await ScriptedNode.start(chain, new Random(1))
  reader = new ChainReader(new RpcClient(node.url, { retryMs: 1 }))
  filters = [{ addresses: [chain.ledger], firstTopics: null }]
})

after(() => node.stop())

/** What a queue gives, as `<block> <log>` and `<block>` for a block without logs. */
async function drain(queue: BlockQueue): Promise<string[]> {
  const taken: string[] = []
  for (let next = await queue.take(); next !== null; next = await queue.take()) {
    const { block, logs } = next
    if (logs.length === 0) taken.push(`${block.number}`)
    for (const log of logs) taken.push(`${block.number} ${log.logIndex}`)
  }
  return taken
}

function logsOf(addresses: readonly string[], from: number, to: number): string[] {
  return chain.view.blocks
    .slice(from, to + 1)
    .flatMap((block) => block.logs.filter((log) => addresses.includes(log.address)))
    .map((log) => `${Number(log.blockNumber)} ${Number(log.logIndex)}`)
}

test('blocks come in order with all their logs, also those that the range had left out', async () => {
  const logs = await reader.logsBetween(filters, 1, 9)
  const some = logs.filter((_, index) => index % 3 === 0)
  assert.ok(some.length < logs.length)
  const queued = { numbers: [], logs: some, filters, from: 1, parent: null }
  const last = some.at(-1)?.blockNumber as number
  assert.deepEqual(
    await drain(new BlockQueue(reader, queued)),
    logsOf([chain.ledger], 1, last),
    'up to the last block that is wanted',
  )
})

test('a queue that does not follow the block before it is refused', async () => {
  const parent = { number: 4, hash: `0x${'0'.repeat(64)}` }
  const queue = new BlockQueue(reader, { numbers: [5], logs: [], filters, from: 5, parent })
  await assert.rejects(queue.take(), {
    name: 'PossibleReorgError',
    message: /block 5 does not follow 0x00/,
  })
})

test('a log of another fork is never given with its block', async () => {
  const [log] = await reader.logsBetween(filters, 1, 9)
  const forked = { ...log, blockHash: `0x${'9'.repeat(64)}` }
  const queue = new BlockQueue(reader, {
    numbers: [],
    logs: [forked],
    filters,
    from: 1,
    parent: null,
  })
  const expected = logsOf([chain.ledger], 1, log.blockNumber)
  assert.deepEqual(await drain(queue), expected)
})

test('logs of a contract that joins later are taken from there on, none twice', async () => {
  const opened = chain.view.blocks.find(({ logs }) =>
    logs.some((log) => log.address !== chain.ledger && log.topics.length === 2),
  )
  const branch = opened?.logs.find((log) => log.address !== chain.ledger)?.address as string
  const numbers = Array.from({ length: 120 }, (_, index) => index + 1)
  const all: { from: number; logs: Awaited<ReturnType<typeof reader.logsBetween>> } = {
    from: 1,
    logs: [],
  }
  for (; all.from <= 120; all.from += 9) {
    all.logs.push(...(await reader.logsBetween(filters, all.from, Math.min(120, all.from + 8))))
  }
  const queue = new BlockQueue(reader, { numbers, logs: all.logs, filters, from: 1, parent: null })
  for (let block = 1; block <= 10; block++) await queue.take()
  const joined = [{ addresses: [branch], firstTopics: null }]
  const later = await reader.logsOf(joined, await reader.blocks(numbers.slice(10)))
  await queue.add(joined, later.slice(1))
  const taken = await drain(queue)
  const expected = logsOf([chain.ledger, branch], 11, 120)
  assert.deepEqual(
    taken.filter((one) => one.includes(' ')),
    expected,
  )
  assert.ok(expected.length > logsOf([chain.ledger], 11, 120).length, 'the contract has logs')
})
