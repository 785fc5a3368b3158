import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Wallet } from 'ethers'
import { sleep } from '../process/sleep.ts'
import { startAnvil } from '../testing/startAnvil.ts'
import { finalizedBlock } from './finalizedBlock.ts'
import { sendFinal, TransactionReverted } from './sendFinal.ts'

const KEY = '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d'
const signal = AbortSignal.timeout(60_000)

let chain: Awaited<ReturnType<typeof startAnvil>>
let signer: Wallet
before(async () => {
  chain = await startAnvil()
  signer = new Wallet(KEY, chain.provider)
})
after(() => chain?.stop())

const pay = (to: string, value: bigint) => ({
  signer,
  signal,
  what: `pay ${to}`,
  pollMs: 100,
  prepare: async () => ({ to, value }),
})

test('several sends of one key at once all become final, each once', async () => {
  const wallets = [1, 2, 3].map(() => Wallet.createRandom().address)
  const receipts = await Promise.all(wallets.map((to, at) => sendFinal(pay(to, BigInt(at + 1)))))
  const final = await finalizedBlock(chain.provider)
  for (const [at, to] of wallets.entries()) {
    assert.ok((receipts[at]?.blockNumber ?? Infinity) <= final)
    assert.equal(await chain.provider.getBalance(to), BigInt(at + 1))
  }
})

test('a transaction that a reorg drops is sent again, under the same nonce', async () => {
  const to = Wallet.createRandom().address
  const nonce = await signer.getNonce()
  let inclusions = 0
  const receipt = await sendFinal({
    ...pay(to, 7n),
    async included() {
      inclusions += 1
      // Its block and those that a slow machine has put on top; what was final before stays.
      if (inclusions === 1) await chain.provider.send('anvil_rollback', [3])
    },
  })
  assert.ok(inclusions >= 2)
  assert.equal(await chain.provider.getBalance(to), 7n)
  const kept = await chain.provider.getTransaction(receipt?.hash ?? '')
  assert.equal(kept?.nonce, nonce)
  assert.equal(await signer.getNonce(), nonce + 1)
})

test('two senders that do not know of each other may use one key', async () => {
  const wallets = [1, 2, 3, 4].map(() => Wallet.createRandom().address)
  const outside = wallets.slice(2).map(async (to) => {
    for (;;) {
      const sent = await signer.sendTransaction({ to, value: 1n }).catch(() => undefined)
      if (sent !== undefined && (await sent.wait().catch(() => null)) !== null) return
    }
  })
  await Promise.all([...wallets.slice(0, 2).map((to) => sendFinal(pay(to, 1n))), ...outside])
  for (const to of wallets) assert.equal(await chain.provider.getBalance(to), 1n)
})

test('nothing is sent when the effect is there already', async () => {
  const nonce = await signer.getNonce()
  const outcome = await sendFinal({ ...pay(signer.address, 0n), prepare: async () => undefined })
  assert.equal(outcome, undefined)
  assert.equal(await signer.getNonce('pending'), nonce)
})

test('a reverted transaction is an error, and the key goes on working', async () => {
  // PUSH1 0 PUSH1 0 REVERT as init code; a fixed gas limit keeps the estimate from refusing first.
  const prepare = async () => ({ data: '0x60006000fd', gasLimit: 100_000n })
  await assert.rejects(
    sendFinal({ ...pay(signer.address, 0n), what: 'revert', prepare }),
    TransactionReverted,
  )
  const to = Wallet.createRandom().address
  await sendFinal(pay(to, 1n))
  assert.equal(await chain.provider.getBalance(to), 1n)
})

test('stops waiting when the process ends', async () => {
  const stop = new AbortController()
  const sending = sendFinal({ ...pay(signer.address, 1n), signal: stop.signal })
  await sleep(150)
  stop.abort()
  await assert.rejects(sending, { name: 'AbortError' })
})
