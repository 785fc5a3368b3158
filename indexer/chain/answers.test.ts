import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { Random } from '../testing/random.ts'
import { ScriptedChain } from '../testing/reorgs/scriptedChain.ts'
import { ScriptedNode } from '../testing/reorgs/scriptedNode.ts'
import { ChainReader } from './chainReader.ts'
import type { ChainLog } from './chainTypes.ts'
import { RpcClient } from './rpcClient.ts'

let chain: ScriptedChain
let honest: ScriptedNode
let liar: ScriptedNode
let warnings: string[] = []
let reader: ChainReader

before(async () => {
  chain = new ScriptedChain(new Random(7))
  chain.grow(60)
  honest = await ScriptedNode.start(chain, new Random(1))
  liar = await ScriptedNode.start(chain, new Random(2))
})

after(() => Promise.all([honest.stop(), liar.stop()]))

/** A reader that asks the liar first, and what the chain's ledger logs in some blocks. */
function open(): void {
  const warn = (message: string) => warnings.push(message)
  const rpc = new RpcClient(`${liar.url},${honest.url}`, { retryMs: 1, warn })
  reader = new ChainReader(rpc, warn)
}

afterEach(() => {
  liar.lie = null
  warnings = []
})

/** Has the first node change all its results. */
function lie(change: (method: string, result: unknown) => unknown): void {
  liar.lie = ({ method }, result) => ({ result: change(method, result) })
}

function ledgerLogs(from: number, to: number): string[] {
  return chain.view.blocks
    .slice(from, to + 1)
    .flatMap((block) => block.logs.filter((log) => log.address === chain.ledger))
    .map((log) => `${log.blockHash} ${Number(log.logIndex)}`)
}

const countedFromTen = (log: unknown, index: number) => ({
  ...(log as object),
  logIndex: `0x${(index + 10).toString(16)}`,
})

const placed = (logs: readonly ChainLog[]) => logs.map((log) => `${log.blockHash} ${log.logIndex}`)

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)

test('logs that a range leaves out are missed by the bloom filters of its blocks', async () => {
  open()
  const filters = [{ addresses: [chain.ledger], firstTopics: null }]
  const expected = ledgerLogs(1, 9)
  assert.ok(expected.length > 4, 'there are logs to leave out')
  for (const left of expected.keys()) {
    lie((method, result) => {
      if (method !== 'eth_getLogs' || warnings.length > 0) return result
      return (result as unknown[]).filter((_, index) => index !== left)
    })
    const { logs, to } = await reader.logsFrom(filters, 1, 9)
    assert.equal(to, 9)
    assert.equal(logs.length, expected.length - 1)
    const blocks = await reader.blocks([], numbers(1, 9))
    liar.lie = null
    assert.deepEqual(placed(await reader.completeLogs(filters, blocks, logs)), expected)
    assert.match(
      warnings.join('\n'),
      /^the \d+ logs of block \d that the RPC node 127\.0\.0\.1:\d+ gave are fewer than its bloom filter speaks of; asked for by the block's hash they are \d+$/,
    )
    warnings = []
  }
})

test('logs of whole blocks are proven by the bloom filter, or asked for elsewhere', async () => {
  open()
  const filters = [{ addresses: [chain.ledger], firstTopics: null }]
  const blocks = await reader.blocks(numbers(1, 20))
  lie((method, result) => {
    return method === 'eth_getLogs' ? (result as unknown[]).slice(0, -1) : result
  })
  assert.deepEqual(placed(await reader.logsOf(filters, blocks)), ledgerLogs(1, 20))
  assert.match(warnings.join('\n'), /gave an answer that is not used: .* lack what \d+ bits/)
  warnings = []
  open()
  lie((method, result) => {
    return method === 'eth_getLogs' ? (result as unknown[]).map(countedFromTen) : result
  })
  assert.deepEqual(placed(await reader.logsOf(filters, blocks)), ledgerLogs(1, 20))
  assert.match(warnings.join('\n'), /are counted up to \d+, so that some are left out/)
})

test('blocks that do not follow each other, are of other numbers or lack transactions are refused', async () => {
  const lies: [RegExp, (result: never) => unknown][] = [
    [
      /block \d+ follows 0x99, but block \d+ is/,
      (block: object) => ({ ...block, parentHash: '0x99' }),
    ],
    [/block 16 is given for block \d+/, (block: object) => ({ ...block, number: '0x10' })],
    [/it lacks block \d+/, () => null],
    [/without its `hash`/, () => ({})],
    [
      /lacks transaction 0x\w+, of which there is a log/,
      (block: object) => ({ ...block, transactions: [] }),
    ],
  ]
  for (const [reason, change] of lies) {
    open()
    const { logs } = await reader.logsFrom([{ addresses: null, firstTopics: null }], 1, 5)
    lie((_, result) => change(result as never))
    const blocks = await reader.blocks(numbers(1, 5), [], logs)
    assert.deepEqual(
      blocks.map(({ hash }) => hash),
      chain.view.blocks.slice(1, 6).map(({ hash }) => hash),
    )
    assert.match(warnings.join('\n'), reason)
    warnings = []
    liar.lie = null
  }
})

test('a receipt of another block, or whose logs do not fit its bloom filter, is refused', async () => {
  const block = chain.view.blocks.find(({ logs }) => logs.length > 0)
  assert.ok(block !== undefined)
  const hash = block.logs[0].transactionHash
  const lies = [
    (receipt: object) => ({ ...receipt, logs: [] }),
    (receipt: object) => ({ ...receipt, blockHash: `0x${'9'.repeat(64)}` }),
    (receipt: object) => ({ ...receipt, transactionHash: `0x${'9'.repeat(64)}` }),
    () => null,
  ]
  for (const change of lies) {
    open()
    lie((_, result) => change(result as object))
    const receipt = (await reader.receipts([hash], block)).get(hash)
    assert.ok((receipt?.logs.length ?? 0) > 0)
    assert.match(warnings.join('\n'), /gave an answer that is not used: the receipt of/)
    warnings = []
  }
})

test('a node that falls behind is left for one that is ahead', async () => {
  open()
  assert.equal((await reader.heads()).latest.number, 60)
  const stale = chain.view.blocks[40]
  lie((method, result) => (method === 'eth_getBlockByNumber' ? { ...stale.header } : result))
  assert.equal((await reader.heads()).latest.number, 60)
  assert.match(warnings.join('\n'), /the RPC node \S+ is behind \S+, which is asked instead/)
})

test('the three heads are told apart', async () => {
  open()
  chain.settle(10, 25)
  const { latest, safe, finalized } = await reader.heads()
  assert.deepEqual([latest.number, safe, finalized], [60, 50, 35])
})

test('a provider that refuses logs of any contract is asked for those of the wanted ones', async () => {
  const rpc = new RpcClient(liar.url, { retryMs: 1, retries: 1 })
  reader = new ChainReader(rpc)
  const blocks = await reader.blocks(numbers(1, 20))
  const refusal = { code: -32701, message: 'Please specify an address in your request' }
  liar.lie = ({ method, params }, result) => {
    const open =
      method === 'eth_getLogs' && (params[0] as { address?: unknown }).address === undefined
    return open ? { error: refusal } : { result }
  }
  const filters = [{ addresses: [chain.ledger], firstTopics: null }]
  assert.deepEqual(placed(await reader.logsOf(filters, blocks)), ledgerLogs(1, 20))
  liar.lie = () => ({ error: { code: -32000, message: 'unknown block' } })
  await assert.rejects(reader.logsOf(filters, blocks), {
    name: 'PossibleReorgError',
    message: /no node gives the logs of these blocks: eth_getLogs: unknown block/,
  })
})
