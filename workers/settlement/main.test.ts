import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { connectContracts } from '@tributary/contracts/connect'
import { deploy } from '@tributary/contracts/deploy/deploy'
import { presets } from '@tributary/contracts/deploy/presets'
import type { Deployment } from '@tributary/contracts/deployment/deployment'
import { writeDeployment } from '@tributary/contracts/deployment/writeDeployment'
import { DEFAULT_PARAMS } from '@tributary/protocol/attribution/params'
import { batchEntryToJson } from '@tributary/protocol/batches/batchBody'
import { DEVELOPMENT_KEYS } from '@tributary/protocol/config/developmentKeys'
import { inferenceLines } from '@tributary/protocol/fees/inferenceLines'
import { readReceiptResult, receiptJobKey } from '@tributary/protocol/messages/receiptJob'
import { parseOpen } from '@tributary/protocol/money/parseOpen'
import { createAvailabilityServer } from '@tributary/storage/da/availabilityServer'
import { HDNodeWallet, NonceManager, type TransactionResponse, Wallet } from 'ethers'
import { openControl } from '../control/openControl.ts'
import { QUEUES } from '../control/queues.ts'
import { createServer } from '../control/server.ts'
import { createJobsClient } from '../jobs/jobsClient.ts'
import { sleep } from '../process/sleep.ts'
import { startAnvil } from '../testing/startAnvil.ts'
import { startPostgres } from '../testing/startPostgres.ts'
import { sampleReceipts } from './testing/sampleReceipts.ts'

const RECEIPTS = 24
const stopping = new AbortController()
const closing: (() => Promise<unknown>)[] = []
let chain: Awaited<ReturnType<typeof startAnvil>>
let deployment: Deployment
let env: Record<string, string>
let jobs: ReturnType<typeof createJobsClient>
let child: ChildProcess | undefined

/** The same rules as on the local chain, with shorter times. */
const preset = {
  ...presets.local,
  batch: { value: 1, min: 1, max: 60 },
  epoch: { value: 3, min: 1, max: 60 },
  challengeWindow: { value: 4, min: 1, max: 60 },
}

before(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-settlement-'))
  closing.push(() => rm(folder, { recursive: true, force: true }))
  const [anvil, postgres] = await Promise.all([startAnvil(), startPostgres()])
  chain = anvil
  closing.push(chain.stop, postgres.stop)
  const control = await openControl(`${postgres.url.replace(/postgres$/, '')}jobs`, QUEUES)
  const jobServer = createServer(() => control, stopping.signal)
  closing.push(async () => {
    stopping.abort()
    await jobServer.close()
    await control.close()
  })
  const bodies = await createAvailabilityServer(join(folder, 'da'))
  closing.push(() => bodies.close())
  const jobsUrl = await jobServer.listen({ host: '127.0.0.1', port: 0 })
  jobs = createJobsClient({ url: jobsUrl, worker: 'gateway' })

  const deployer = new NonceManager(new Wallet(DEVELOPMENT_KEYS[0], chain.provider))
  const serviceSigner = new Wallet(DEVELOPMENT_KEYS[1]).address
  deployment = await deploy({ provider: chain.provider, deployer, preset, serviceSigner })
  const deploymentFile = join(folder, 'deployment.json')
  await writeDeployment(deploymentFile, deployment)
  env = {
    RPC_URL: chain.url,
    JOBS_URL: jobsUrl,
    DA_URL: await bodies.listen({ host: '127.0.0.1', port: 0 }),
    TRIBUTARY_DEPLOYMENT: deploymentFile,
  }
})
after(async () => {
  child?.kill('SIGKILL')
  for (const close of closing.reverse()) await close()
})

function start(): void {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url))
  child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

test('killed at any moment, it commits, posts and pays every wei once', async () => {
  // Payers and payees are accounts on chain; 16 is the host's.
  const wallets = Array.from({ length: 14 }, (_, at) =>
    HDNodeWallet.fromPhrase('test '.repeat(11).concat('junk'), '', `m/44'/60'/7'/0/${at}`),
  )
  const deployer = new NonceManager(new Wallet(DEVELOPMENT_KEYS[0], chain.provider))
  const { accounts, escrow, settlement } = connectContracts(deployment, deployer)
  const sent: TransactionResponse[] = [
    await accounts.registerMany(wallets.map(({ address }) => address)),
  ]
  await sent[0].wait()
  const payers = await Promise.all(
    wallets.slice(0, 2).map(async ({ address, privateKey }) => ({
      payerId: BigInt(await accounts.accountOf(address)),
      wallet: new Wallet(privateKey),
    })),
  )
  for (const { payerId } of payers) {
    sent.push(await escrow.deposit(payerId, { value: parseOpen('1') }))
  }
  await sent.at(-1)?.wait()
  const domain = (verifyingContract: string) => ({ chainId: 31337n, verifyingContract })
  const entries = await sampleReceipts({
    count: RECEIPTS,
    service: new Wallet(DEVELOPMENT_KEYS[1]),
    payers,
    receiptDomain: domain(deployment.contracts.AttributionSettlement),
    voucherDomain: domain(deployment.contracts.PaymentEscrow),
  })
  const fees = entries.reduce((sum, { receipt }) => sum + receipt.fee, 0n)
  const expected = new Map<bigint, bigint>()
  for (const entry of entries) {
    for (const { accountId, wei } of inferenceLines(entry, DEFAULT_PARAMS)) {
      expected.set(accountId, (expected.get(accountId) ?? 0n) + wei)
    }
  }

  start()
  const killing = (async () => {
    for (const pause of [2_600, 3_300, 4_700]) {
      await sleep(pause)
      child?.kill('SIGKILL')
      await once(child as ChildProcess, 'exit')
      start()
    }
  })()
  for (const entry of entries) {
    const key = receiptJobKey(entry.receipt.inferenceNo)
    await jobs.enqueue('receipt', key, batchEntryToJson(entry))
    await sleep(250)
  }
  await killing

  const deadline = Date.now() + 45_000
  const open = () => jobs.list({ queue: 'receipt', state: 'open' })
  while ((await settlement.totalPaid()) !== fees || (await open()).length > 0) {
    assert.ok(Date.now() < deadline, `paid ${await settlement.totalPaid()} of ${fees} wei`)
    await sleep(250)
  }
  assert.equal(await settlement.totalCollected(), fees)
  for (const [accountId, wei] of expected) {
    assert.equal(await settlement.paidOf(accountId), wei, `account ${accountId}`)
  }
  // What was paid is what arrived: none of these wallets has ever had another wei.
  for (const { address } of wallets.slice(4)) {
    const wei = expected.get(BigInt(await accounts.accountOf(address))) ?? 0n
    assert.equal(await chain.provider.getBalance(address), wei)
  }
  assert.equal(await chain.provider.getBalance(deployment.contracts.AttributionSettlement), 0n)
  for (const { result } of await jobs.list({ queue: 'receipt', limit: RECEIPTS })) {
    const { batchId, daCommitment } = readReceiptResult(result)
    assert.ok(BigInt(batchId) >= 1n)
    assert.match(daCommitment, /^0x010000[0-9a-f]{64}$/)
  }

  // Told to stop, it ends by itself and leaves nothing behind.
  child?.kill('SIGTERM')
  const [code] = await once(child as ChildProcess, 'exit')
  assert.equal(code, 0)
})
