import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Interface } from 'ethers'
import { ContractAbi } from '../abi/contractAbi.ts'
import type { ChainBlock, ChainLog } from '../chain/chainTypes.ts'
import type { BlockHandlerDeclaration } from '../manifest/manifest.ts'
import type { BuiltSource, EventHandler } from '../manifest/subgraphBuild.ts'
import { type DataSource, logFilters, wantsBlock } from './dataSource.ts'
import { matchTriggers } from './matchTriggers.ts'

const CODER = new Interface([
  'event Sent(address indexed to, uint256 value)',
  'event Other(uint256 value)',
])
const ABI = new ContractAbi(JSON.parse(CODER.formatJson()))
const ALICE = `0x${'a1'.repeat(20)}`
const BOB = `0x${'b0'.repeat(20)}`

function onEvent(signature: string, handler: string, more: Partial<EventHandler> = {}) {
  const abi = ABI.event(signature)
  assert.ok(abi)
  return {
    event: signature,
    handler,
    topic0: null,
    topics: [null, null, null],
    receipt: false,
    calls: [],
    abi,
    firstTopic: abi.topic0,
    ...more,
  }
}

function source(
  address: string | null,
  startBlock: number,
  eventHandlers: EventHandler[],
  blockHandlers: BlockHandlerDeclaration[] = [],
  endBlock: number | null = null,
): DataSource {
  const built = { name: 'source', endBlock, eventHandlers, blockHandlers } as unknown as BuiltSource
  return { source: built, address, startBlock, context: new Map() }
}

function sent(address: string, to: string, logIndex: number): ChainLog {
  const { topics, data } = CODER.encodeEventLog('Sent', [to, 5n])
  return { address, topics, data, logIndex, transactionHash: '0x1' } as unknown as ChainLog
}

const at = (number: number) => ({ number }) as ChainBlock
const handlers = (...triggers: ReturnType<typeof matchTriggers>) =>
  triggers.map(({ handler }) => handler)

test('runs `once` first, then events by index and data source, then other block handlers', () => {
  const sources = [
    source(
      ALICE,
      10,
      [onEvent('Sent(indexed address,uint256)', 'first')],
      [
        { handler: 'polled', filter: { kind: 'polling', every: 4 } },
        { handler: 'once', filter: { kind: 'once' } },
      ],
    ),
    source(
      null,
      0,
      [onEvent('Sent(address,uint256)', 'anywhere')],
      [{ handler: 'always', filter: { kind: 'every' } }],
    ),
  ]
  const logs = [sent(BOB, ALICE, 0), sent(ALICE, BOB, 3)]
  assert.deepEqual(handlers(...matchTriggers(sources, at(10), logs)), [
    'once',
    'anywhere',
    'first',
    'anywhere',
    'polled',
    'always',
  ])
  assert.deepEqual(handlers(...matchTriggers(sources, at(12), [])), ['always'])
  assert.deepEqual(handlers(...matchTriggers(sources, at(14), [])), ['polled', 'always'])
  assert.deepEqual(handlers(...matchTriggers(sources, at(9), logs)), [
    'anywhere',
    'anywhere',
    'always',
  ])
})

test('a data source ends with its end block', () => {
  const ending = source(ALICE, 5, [onEvent('Sent(address,uint256)', 'sent')], [], 7)
  const logs = [sent(ALICE, BOB, 0)]
  const counts = [4, 5, 7, 8].map((block) => matchTriggers([ending], at(block), logs).length)
  assert.deepEqual(counts, [0, 1, 1, 0])
})

test('topic filters and the number of topics decide; what does not decode is no match', () => {
  const toBob = [`0x${BOB.slice(2).padStart(64, '0')}`]
  const filtered = source(ALICE, 0, [
    onEvent('Sent(address,uint256)', 'sent', { topics: [toBob, null, null] }),
  ])
  const match = (log: ChainLog) => matchTriggers([filtered], at(1), [log]).length
  assert.equal(match(sent(ALICE, BOB, 0)), 1)
  assert.equal(match(sent(ALICE, ALICE, 0)), 0)
  assert.equal(match({ ...sent(ALICE, BOB, 0), data: '0x01' }), 0)
  assert.equal(match({ ...sent(ALICE, BOB, 0), topics: sent(ALICE, BOB, 0).topics.slice(0, 1) }), 0)
})

test('two handlers of one data source for one log are refused', () => {
  const handler = onEvent('Sent(address,uint256)', 'one')
  const both = source(ALICE, 0, [handler, { ...handler, handler: 'two' }])
  assert.throws(() => matchTriggers([both], at(1), [sent(ALICE, BOB, 0)]), {
    name: 'TransientError',
    message: /matches several handlers of the data source `source`: one, two/,
  })
})

test('one filter asks for all addresses, another for data sources without one', () => {
  const handler = onEvent('Sent(address,uint256)', 'sent')
  const other = onEvent('Other(uint256)', 'other')
  const filters = logFilters([
    source(ALICE, 0, [handler]),
    source(BOB, 0, [handler, other]),
    source(null, 0, [other]),
    source(ALICE, 0, []),
  ])
  assert.deepEqual(filters, [
    { addresses: [ALICE, BOB], firstTopics: [handler.firstTopic, other.firstTopic] },
    { addresses: null, firstTopics: [other.firstTopic] },
  ])
})

test('blocks are wanted for their own handlers only', () => {
  const polling = source(ALICE, 3, [], [{ handler: 'p', filter: { kind: 'polling', every: 5 } }])
  const wanted = [1, 3, 4, 8, 13].filter((block) => wantsBlock(polling, block))
  assert.deepEqual(wanted, [3, 8, 13])
  assert.equal(wantsBlock(source(ALICE, 0, []), 3), false)
})
