import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Heads } from '../chain/chainFacts.ts'
import type { SubgraphClient } from '../subgraph/subgraphClient.ts'
import type { InferenceRow } from './inferenceRow.ts'
import { type BatchFacts, batchOf, finalityOf, inferenceStates } from './inferenceStates.ts'

const head = (number: number) => ({ number, hash: '0x', timestamp: 1000 + number })
const heads: Heads = { latest: head(30), safe: head(20), finalized: head(10) }

const row = {
  inference_no: '281474976710657',
  issued_at: '900123',
  attributed_at: new Date(901_999),
} as unknown as InferenceRow

const at = (block: number) => ({
  blockNumber: `${block}`,
  timestamp: `${1000 + block}`,
  transactionHash: `0x${block}`,
})
const epochAt = (block: number, changes: object = {}) => ({
  epochId: '4',
  status: 'POSTED',
  root: '0x',
  activatesAt: '1025',
  ...at(block),
  ...changes,
})
const batch = (epoch: object | null = null) =>
  ({ batchId: '2', ...at(5), epoch }) as unknown as BatchFacts
const payment = (account: string, block: number) => ({
  account: { accountId: account },
  ...at(block),
})

function states(options: {
  row?: InferenceRow
  batch?: BatchFacts | null
  heads?: Heads
  payments?: object[]
  accounts?: string[]
}) {
  const asked: (Record<string, unknown> | undefined)[] = []
  const subgraph: SubgraphClient = {
    async query<T>(_document: string, variables?: Record<string, unknown>) {
      asked.push(variables)
      return { payments: options.payments ?? [] } as T
    },
  }
  return inferenceStates({
    subgraph,
    heads: options.heads ?? heads,
    row: options.row ?? row,
    batch: options.batch ?? null,
    accounts: options.accounts ?? ['2', '21'],
  }).then((points) => ({ points, names: points.map(({ state }) => state), asked }))
}

describe('the states of an answer’s money', () => {
  it('begin with the meter, off chain', async () => {
    const { points } = await states({ row: { ...row, attributed_at: null } as InferenceRow })
    assert.deepEqual(points, [
      { state: 'METERED', timestamp: 900, block: null, transaction: null, finality: null },
    ])
    assert.deepEqual((await states({})).names, ['METERED', 'ATTRIBUTED'])
    assert.equal((await states({})).points[1]?.timestamp, 901)
  })

  it('go on with the batch and the epoch, each with its block and finality', async () => {
    const { points } = await states({ batch: batch(epochAt(15, { activatesAt: '1031' })) })
    assert.deepEqual(points.slice(2), [
      { state: 'COMMITTED', timestamp: 1005, block: 5, transaction: '0x5', finality: 'FINALIZED' },
      { state: 'POSTED', timestamp: 1015, block: 15, transaction: '0x15', finality: 'SAFE' },
    ])
  })

  it('are settled once the challenge window is over, by the chain’s clock', async () => {
    const open = await states({ batch: batch(epochAt(25, { activatesAt: '1031' })) })
    assert.equal(open.names.at(-1), 'POSTED')
    const closed = await states({ batch: batch(epochAt(25, { activatesAt: '1030' })) })
    assert.equal(closed.names.at(-1), 'SETTLED')
    assert.equal(closed.points.at(-1)?.finality, 'UNSAFE')
    assert.equal(closed.points.at(-1)?.timestamp, 1030)
    const activated = batch(epochAt(25, { status: 'ACTIVATED', activatesAt: '9999' }))
    assert.equal((await states({ batch: activated })).names.at(-1), 'SETTLED')
  })

  it('go no further than the batch when the epoch was disabled', async () => {
    const disabled = batch(epochAt(15, { status: 'DISABLED' }))
    assert.equal((await states({ batch: disabled })).names.at(-1), 'COMMITTED')
  })

  it('are paid with the last of those who are credited, by this epoch or a later one', async () => {
    const settled = batch(epochAt(15))
    const some = await states({ batch: settled, payments: [payment('2', 18)] })
    assert.equal(some.names.at(-1), 'SETTLED')
    assert.deepEqual(some.asked, [{ accounts: ['2', '21'], epoch: '4' }])
    const all = await states({
      batch: settled,
      payments: [payment('2', 18), payment('21', 22), payment('2', 28)],
    })
    assert.deepEqual(all.points.at(-1), {
      state: 'PAID',
      timestamp: 1022,
      block: 22,
      transaction: '0x22',
      finality: 'UNSAFE',
    })
  })

  it('are never paid where nobody is credited', async () => {
    const { names, asked } = await states({ batch: batch(epochAt(15)), accounts: [] })
    assert.equal(names.at(-1), 'SETTLED')
    assert.deepEqual(asked, [])
  })
})

describe('finality', () => {
  it('follows from the three heads', () => {
    const of = (block: number, at: Heads = heads) => finalityOf(block, at)
    assert.deepEqual([of(10), of(11), of(20), of(21)], ['FINALIZED', 'SAFE', 'SAFE', 'UNSAFE'])
    // A young chain has neither.
    assert.equal(of(0, { ...heads, safe: null, finalized: null }), 'UNSAFE')
  })
})

describe('the batch of an inference', () => {
  it('is asked for by its number, and may not be there', async () => {
    const asked: unknown[] = []
    const subgraph = (batches: object[]): SubgraphClient => ({
      async query<T>(_document: string, variables?: Record<string, unknown>) {
        asked.push(variables)
        return { batches } as T
      },
    })
    assert.equal(await batchOf(subgraph([]), '281474976710657'), null)
    assert.equal((await batchOf(subgraph([{ batchId: '2' }]), '281474976710657'))?.batchId, '2')
    assert.deepEqual(asked[0], { number: '281474976710657' })
  })
})
