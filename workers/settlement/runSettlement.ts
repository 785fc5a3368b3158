import type { Deployment } from '@tributary/contracts/deployment/deployment'
import type { Configuration } from '@tributary/protocol/config/configuration'
import { keysForChain } from '@tributary/protocol/config/keysForChain'
import { createDataAvailability } from '@tributary/storage/client/dataAvailability'
import { Wallet } from 'ethers'
import { openProvider } from '../chain/openProvider.ts'
import { createJobsClient } from '../jobs/jobsClient.ts'
import { log } from '../process/log.ts'
import { repeat } from '../process/repeat.ts'
import { retryUntilStopped } from '../process/retryUntilStopped.ts'
import { sleep } from '../process/sleep.ts'
import { commitNextBatch } from './batches/commitNextBatch.ts'
import { createJobQueue } from './batches/jobQueue.ts'
import { settleReceipts } from './batches/settleReceipts.ts'
import { readBatch } from './bodies/batchBodies.ts'
import { batchMoney } from './bodies/batchMoney.ts'
import { ContractChain } from './chain/contractChain.ts'
import { EarningsHistory } from './epochs/earningsHistory.ts'
import { postNextEpoch } from './epochs/postNextEpoch.ts'
import { Keeper } from './payouts/keeper.ts'

const STAGE = 'settlement'
/** Milliseconds between two looks at what there is to do. */
const LOOK_MS = 1_000
/** Wei owed from which on an account is paid. Gas is the keeper's cost, not the contributor's. */
const MIN_PAYOUT = 1n

/**
 * Settles what the gateway hands over until the signal aborts: batches, epochs, payouts. Nothing is
 * kept outside of the chain, the Alt-DA store and the job service, so it may be killed at any time.
 */
export async function runSettlement(
  configuration: Configuration,
  deployment: Deployment,
  signal: AbortSignal,
): Promise<void> {
  const provider = openProvider(configuration.rpcUrl, deployment.chainId)
  const keys = keysForChain(configuration, deployment.chainId)
  const chain = new ContractChain(
    provider,
    deployment,
    { service: new Wallet(keys.service, provider), keeper: new Wallet(keys.keeper, provider) },
    signal,
  )
  const store = createDataAvailability(configuration.daUrl)
  const jobs = createJobsClient({ url: configuration.jobsUrl, worker: STAGE, key: keys.service })
  const queue = createJobQueue(jobs)
  const history = new EarningsHistory(async (batch) =>
    batchMoney(await readBatch(chain, store, batch), await chain.paramsOf(batch.paramsVersion)),
  )
  const keeper = new Keeper(chain, history, MIN_PAYOUT)
  const domain = {
    chainId: BigInt(deployment.chainId),
    verifyingContract: deployment.contracts.AttributionSettlement,
  }
  const every = (step: string, intervalMs: number, run: () => Promise<void>) =>
    repeat({ stage: STAGE, step, intervalMs, signal }, run)

  try {
    let times = await retryUntilStopped(STAGE, 'the chain', signal, () => chain.times())
    if (times === undefined) return
    log(STAGE, 'ready', { ...times })
    await Promise.all([
      every('committing a batch', LOOK_MS / 4, async () => {
        const started = Date.now()
        const address = await chain.serviceSigner()
        const receipts = await commitNextBatch(chain, store, queue, { address, domain })
        if (receipts === 0) return
        log(STAGE, 'batch committed', { receipts })
        // The transaction took its time as well; only the rest is waited for.
        const rest = (times?.batchSeconds ?? 0) * 1_000 - (Date.now() - started)
        await sleep(Math.max(0, rest), signal)
      }),
      every('settling receipts', LOOK_MS, async () => {
        const receipts = await settleReceipts(chain, queue)
        if (receipts > 0) log(STAGE, 'receipts final', { receipts })
      }),
      every('posting an epoch', LOOK_MS, async () => {
        const epochId = await postNextEpoch(chain, store, history, times?.epochSeconds ?? 0)
        if (epochId === undefined) return
        log(STAGE, 'epoch posted', { epochId })
        // Parameters take effect with epochs, and these times are parameters.
        times = await chain.times()
      }),
      every('paying accounts', LOOK_MS, async () => {
        const accounts = await keeper.pushAll()
        if (accounts > 0) log(STAGE, 'accounts paid', { accounts })
      }),
    ])
  } finally {
    provider.destroy()
  }
}
