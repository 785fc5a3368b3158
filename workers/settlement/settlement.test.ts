import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEFAULT_PARAMS } from '@tributary/protocol/attribution/params'
import { type BatchEntry, batchEntryToJson } from '@tributary/protocol/batches/batchBody'
import { inferenceLines } from '@tributary/protocol/fees/inferenceLines'
import type { ReceiptResult } from '@tributary/protocol/messages/receiptJob'
import { randomNumbers } from '@tributary/protocol/testing/randomNumbers'
import { sha256, Wallet } from 'ethers'
import { deadly, Killed } from '../testing/deadly.ts'
import { commitNextBatch } from './batches/commitNextBatch.ts'
import { BadReceiptError } from './batches/readReceipt.ts'
import type { ReceiptQueue } from './batches/receiptQueue.ts'
import { settleReceipts } from './batches/settleReceipts.ts'
import { type BodyStore, readBatch } from './bodies/batchBodies.ts'
import { batchMoney } from './bodies/batchMoney.ts'
import { RefusedError, type SettlementChain } from './chain/settlementChain.ts'
import { EarningsHistory } from './epochs/earningsHistory.ts'
import { postNextEpoch } from './epochs/postNextEpoch.ts'
import { Keeper } from './payouts/keeper.ts'
import { sampleReceipts } from './testing/sampleReceipts.ts'
import { SimulatedChain, UNFINAL_BLOCKS } from './testing/simulatedChain.ts'

const service = new Wallet(`0x${'01'.repeat(32)}`)
const receiptDomain = { chainId: 31337n, verifyingContract: `0x${'11'.repeat(20)}` }
const signer = { address: service.address, domain: receiptDomain }
const entries = await sampleReceipts({
  count: 40,
  service,
  payers: [16n, 17n, 18n].map((payerId) => ({
    payerId,
    wallet: new Wallet(`0x${payerId.toString(16).padStart(64, '0')}`),
  })),
  receiptDomain,
  voucherDomain: { chainId: 31337n, verifyingContract: `0x${'22'.repeat(20)}` },
})

function memoryStore(): BodyStore {
  const bodies = new Map<string, Uint8Array>()
  return {
    async put(bytes) {
      const commitment = `0x010000${sha256(bytes).slice(2)}`
      bodies.set(commitment, bytes)
      return commitment
    },
    async get(commitment) {
      const bytes = bodies.get(commitment)
      assert.ok(bytes, `no body under ${commitment}`)
      return bytes
    },
  }
}

/** The gateway's side: receipts that were handed over, and where they were settled. */
function memoryQueue() {
  const handed: BatchEntry[] = []
  const places = new Map<bigint, ReceiptResult>()
  const queued = (limit: number, wanted: (inferenceNo: bigint) => boolean) =>
    handed
      .filter(({ receipt }) => wanted(receipt.inferenceNo))
      .sort((left, right) => (left.receipt.inferenceNo < right.receipt.inferenceNo ? -1 : 1))
      .slice(0, limit)
      .map((entry) => ({
        inferenceNo: entry.receipt.inferenceNo,
        spec: JSON.parse(JSON.stringify(batchEntryToJson(entry))),
        async settled(result: ReceiptResult) {
          places.set(entry.receipt.inferenceNo, result)
        },
      }))
  const queue: ReceiptQueue = {
    from: async (from, limit) => queued(limit, (inferenceNo) => inferenceNo >= from),
    unsettled: async (_, limit) => queued(limit, (inferenceNo) => !places.has(inferenceNo)),
  }
  return { queue, handed, places }
}

/** The worker as a process has it: what is in it is lost when it is killed. */
function worker(chain: SettlementChain, store: BodyStore, queue: ReceiptQueue) {
  const history = new EarningsHistory(async (batch) =>
    batchMoney(await readBatch(chain, store, batch), DEFAULT_PARAMS),
  )
  const keeper = new Keeper(chain, history, 1n)
  return {
    commit: () => commitNextBatch(chain, store, queue, signer),
    settle: () => settleReceipts(chain, queue),
    post: () => postNextEpoch(chain, store, history, 20),
    push: () => keeper.pushAll(),
  }
}

function expectedEarnings(): Map<bigint, bigint> {
  const expected = new Map<bigint, bigint>()
  for (const entry of entries) {
    for (const { accountId, wei } of inferenceLines(entry, DEFAULT_PARAMS)) {
      expected.set(accountId, (expected.get(accountId) ?? 0n) + wei)
    }
  }
  return new Map([...expected].filter(([, wei]) => wei > 0n))
}

const totalFees = entries.reduce((sum, { receipt }) => sum + receipt.fee, 0n)

for (let seed = 1; seed <= 15; seed += 1) {
  // In the last of them the chain even loses blocks that it had called final.
  const deepest = seed <= 12 ? UNFINAL_BLOCKS - 1 : UNFINAL_BLOCKS + 6
  test(`killed anywhere, through reorgs and disabled epochs, every wei arrives once (seed ${seed})`, async () => {
    const random = randomNumbers(seed)
    const chain = new SimulatedChain()
    const store = memoryStore()
    const { queue, handed, places } = memoryQueue()
    const reborn = () =>
      worker(deadly(chain, random, 40), deadly(store, random, 40), deadly(queue, random, 40))
    let process = reborn()
    let kills = 0
    const hidden = [...entries]
    while (hidden.length > 0 || random.below(60) !== 0) {
      // Attribution finishes out of order: receipts may be handed over with gaps.
      if (random.below(3) === 0 && hidden.length > 0) {
        handed.push(...hidden.splice(random.below(Math.min(3, hidden.length)), 1))
      }
      if (random.below(12) === 0) chain.reorg(1 + random.below(deepest))
      if (random.below(25) === 0 && chain.epochs.length > 0) {
        chain.disable(BigInt(1 + random.below(chain.epochs.length)))
      }
      chain.mine()
      const step = random.pick(['commit', 'settle', 'post', 'push'] as const)
      try {
        await process[step]()
      } catch (error) {
        if (error instanceof RefusedError) continue
        if (!(error instanceof Killed)) throw error
        kills += 1
        process = reborn()
      }
    }
    assert.ok(kills > 0)

    const last = worker(chain, store, queue)
    for (let round = 0; round < 400; round += 1) {
      await last.commit()
      await last.settle()
      await last.post()
      await last.push()
      chain.mine()
    }
    const batches = await chain.finalBatches()
    const committed = await Promise.all(batches.map((batch) => readBatch(chain, store, batch)))
    assert.deepEqual(
      committed.flatMap(({ receipts }) => receipts),
      entries,
    )
    assert.equal(await chain.totalCollected(), totalFees)
    const paid = await chain.finalPaid()
    assert.deepEqual(new Map([...paid].sort()), new Map([...expectedEarnings()].sort()))
    assert.equal(
      [...paid.values()].reduce((sum, wei) => sum + wei, 0n),
      totalFees,
    )
    assert.equal(places.size, entries.length)
    if (deepest >= UNFINAL_BLOCKS) return
    for (const batch of batches) {
      for (let index = 0; index < batch.count; index += 1) {
        const place = places.get(batch.firstInferenceNo + BigInt(index))
        assert.equal(place?.batchId, batch.batchId.toString())
        assert.equal(place?.daCommitment, await chain.commitmentOf(batch))
      }
    }
  })
}

test('a receipt of another key holds up those after it, not those before it', async () => {
  const chain = new SimulatedChain()
  const { queue, handed } = memoryQueue()
  handed.push(entries[0], { ...entries[1], signature: entries[0].signature }, entries[2])
  const { commit } = worker(chain, memoryStore(), queue)
  assert.equal(await commit(), 1)
  await assert.rejects(commit, BadReceiptError)
})

test('accounts that cannot be paid do not hold up the others, and are tried again later', async () => {
  const chain = new SimulatedChain()
  const { queue, handed } = memoryQueue()
  handed.push(...entries)
  const { commit, post, push } = worker(chain, memoryStore(), queue)
  const expected = expectedEarnings()
  chain.unknownAccounts.add(21n)
  chain.refusingAccounts.add(22n)
  const rounds = async (count: number) => {
    for (let round = 0; round < count; round += 1) {
      await commit()
      await post()
      await push()
      chain.mine()
    }
  }
  await rounds(40)
  const others = new Map([...expected].filter(([id]) => id !== 21n && id !== 22n))
  assert.deepEqual(new Map([...(await chain.finalPaid())].sort()), new Map([...others].sort()))
  chain.unknownAccounts.clear()
  chain.refusingAccounts.clear()
  await rounds(200)
  assert.deepEqual(new Map([...(await chain.finalPaid())].sort()), new Map([...expected].sort()))
})

test('no epoch is posted on fees that were not collected', async () => {
  const chain = new SimulatedChain()
  const { queue, handed } = memoryQueue()
  const cheap = { ...entries[0].payerVoucher, cumulative: 1n }
  handed.push({ ...entries[0], payerVoucher: cheap })
  const { commit, post } = worker(chain, memoryStore(), queue)
  await commit()
  for (let block = 0; block < UNFINAL_BLOCKS; block += 1) chain.mine()
  await assert.rejects(post, { code: 'epoch_collected' })
})
