import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import type { Provider } from 'ethers'
import { listenLocally } from '../../testing/listenLocally.ts'
import { createSubgraphFacts } from './subgraphFacts.ts'

interface Asked {
  query: string
  variables: Record<string, string>
}

const BLOCK_HASH = `0x${'bb'.repeat(32)}`
const at = { number: 7, hash: BLOCK_HASH, time: new Date(0) }
let answer: (asked: Asked) => unknown
const asked: Asked[] = []
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const question = JSON.parse(Buffer.concat(chunks).toString()) as Asked
  asked.push(question)
  response.end(JSON.stringify({ data: answer(question) }))
})
const url = await listenLocally(server)

/** A node that has finalized block 9; block n has a hash of its own. */
const provider = {
  async getBlock(which: string | number) {
    const number = which === 'finalized' ? 9 : Number(which)
    return { number, hash: `0x${number.toString(16).padStart(64, '0')}`, timestamp: 100 * number }
  },
} as unknown as Provider
const facts = () => createSubgraphFacts(url, provider, 1)

test('asks at the older of the finalized block and the one the subgraph has reached', async () => {
  for (const [indexed, expected] of [
    [7, 7],
    [12, 9],
  ]) {
    answer = () => ({ _meta: { block: { number: indexed } } })
    assert.deepEqual(await facts().newestBlock(), {
      number: expected,
      hash: `0x${expected.toString(16).padStart(64, '0')}`,
      time: new Date(expected * 100_000),
    })
  }
})

test('epochs and batches come page by page, all of them at one block', async () => {
  const epochs = Array.from({ length: 2_300 }, (_, at) => ({
    epochId: `${at + 1}`,
    firstBatch: `${at + 1}`,
    lastBatch: `${at + 1}`,
    status: at % 2 === 0 ? 'DISABLED' : 'POSTED',
  }))
  answer = ({ query, variables }) => ({
    epochs: epochs
      .filter(({ status }) => !query.includes('status: DISABLED') || status === 'DISABLED')
      .filter(({ epochId }) => BigInt(epochId) >= BigInt(variables.from))
      .slice(0, 1_000),
  })
  asked.length = 0
  const found = await facts().epochs(at, 2n)
  assert.equal(found.length, 2_299)
  assert.deepEqual(found[0], { epochId: 2n, firstBatch: 2n, lastBatch: 2n, disabled: false })
  assert.equal(asked.length, 3)
  assert.ok(asked.every(({ variables }) => variables.block === BLOCK_HASH))
  assert.equal((await facts().disabledEpochs(at)).length, 1_150)
})

test('of too many payments the last block is left for the next call', async () => {
  const payments = Array.from({ length: 8_000 }, (_, at) => ({
    account: { accountId: '20' },
    epoch: { epochId: '1' },
    payee: '0xaa',
    amount: '5',
    cumulative: '5',
    transactionHash: '0x01',
    blockNumber: `${100 + Math.floor(at / 64)}`,
    logIndex: at % 64,
  }))
  answer = ({ variables }) => ({
    payments: payments
      .filter(({ blockNumber }) => BigInt(blockNumber) >= BigInt(variables.from))
      .slice(Number(variables.skip), Number(variables.skip) + 1_000),
  })
  const seen: number[] = []
  for (let from = 0; ; from = seen[seen.length - 1] + 1) {
    const part = await facts().payments(at, from)
    if (part.length === 0) break
    assert.ok(part.every(({ amount }) => amount === 5n))
    seen.push(...part.map(({ blockNumber }) => blockNumber))
  }
  assert.equal(seen.length, 8_000)
  assert.deepEqual(
    seen,
    payments.map(({ blockNumber }) => Number(blockNumber)),
  )
})
