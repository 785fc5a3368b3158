import { withCommitment } from '@tributary/contracts/callData/commitmentTail'
import { type Contracts, connectContracts } from '@tributary/contracts/connect'
import type { Deployment } from '@tributary/contracts/deployment/deployment'
import { daCommitmentHash } from '@tributary/protocol/hashes/daCommitmentHash'
import { id, type JsonRpcProvider, type LogDescription, toBeHex, type Wallet } from 'ethers'
import { createBatchCommitments } from '../../chain/batchCommitments.ts'
import { finalizedBlock } from '../../chain/finalizedBlock.ts'
import { createParamVersions, type ParamVersions } from '../../chain/paramVersions.ts'
import { FinalLogs } from './finalLogs.ts'
import { Sender } from './sender.ts'
import type {
  ActiveEpoch,
  BatchHead,
  CollectableVoucher,
  CommittedBatch,
  EpochHead,
  NewBatch,
  NewEpoch,
  Payout,
  SettlementChain,
} from './settlementChain.ts'

/** The governed times of the settlement, in seconds. */
export interface SettlementTimes {
  batchSeconds: number
  epochSeconds: number
}

/** The deployed contracts as {@link SettlementChain}. */
export class ContractChain implements SettlementChain {
  readonly #provider: JsonRpcProvider
  readonly #contracts: Contracts
  readonly #serviceId: number
  readonly #service: Sender
  readonly #keeper: Sender
  readonly #batches: FinalLogs<CommittedBatch>
  readonly #payments: FinalLogs<{ accountId: bigint; cumulative: bigint }>

  /** A version of the payment rule's parameters. */
  readonly paramsOf: ParamVersions
  readonly commitmentOf: SettlementChain['commitmentOf']

  /** @param keys the service's wallet and the keeper's, both connected to the provider */
  constructor(
    provider: JsonRpcProvider,
    deployment: Deployment,
    keys: { service: Wallet; keeper: Wallet },
    signal: AbortSignal,
  ) {
    this.#provider = provider
    this.#contracts = connectContracts(deployment, provider)
    this.paramsOf = createParamVersions(this.#contracts)
    this.commitmentOf = createBatchCommitments(provider)
    this.#serviceId = deployment.serviceId
    this.#service = new Sender(keys.service, signal)
    this.#keeper = new Sender(keys.keeper, signal)
    const { settlement } = this.#contracts
    const source = (event: string, ...topics: string[]) => ({
      address: deployment.contracts.AttributionSettlement,
      topics: [settlement.interface.getEvent(event)?.topicHash as string, ...topics],
      startBlock: deployment.startBlock,
    })
    this.#batches = new FinalLogs(
      provider,
      source('InferenceBatchCommitted', toBeHex(this.#serviceId, 32)),
      (log) => {
        const { args } = settlement.interface.parseLog(log) as LogDescription
        return {
          serviceId: Number(args.serviceId),
          batchId: args.batchId,
          firstInferenceNo: args.firstInferenceNo,
          count: Number(args.count),
          fees: args.fees,
          receiptsRoot: args.receiptsRoot,
          attributionRoot: args.attributionRoot,
          paramsVersion: Number(args.paramsVersion),
          daCommitment: args.daCommitment,
          blockNumber: log.blockNumber,
          transactionHash: log.transactionHash,
        }
      },
    )
    this.#payments = new FinalLogs(provider, source('Paid'), (log) => {
      const { args } = settlement.interface.parseLog(log) as LogDescription
      return { accountId: args.accountId, cumulative: args.cumulative }
    })
  }

  async now(): Promise<bigint> {
    return BigInt((await this.#provider.getBlock('latest'))?.timestamp ?? 0)
  }

  /** Address of the key that must have signed the service's receipts. */
  async serviceSigner(): Promise<string> {
    return (await this.#contracts.settlement.service(this.#serviceId)).signer
  }

  /** The times in effect now. */
  async times(): Promise<SettlementTimes> {
    const version = await this.#openVersion()
    // Every object has a `valueOf` of its own, so the contract's must be asked for by name.
    const read = this.#contracts.params.getFunction('valueOf')
    const [batchSeconds, epochSeconds] = await Promise.all(
      ['batchSeconds', 'epochSeconds'].map((name) => read(version, id(name))),
    )
    return { batchSeconds: Number(batchSeconds), epochSeconds: Number(epochSeconds) }
  }

  async batchHead(): Promise<BatchHead> {
    const [service, version] = await Promise.all([
      this.#contracts.settlement.service(this.#serviceId),
      this.#openVersion(),
    ])
    return {
      serviceId: this.#serviceId,
      batchId: service.lastBatchId + 1n,
      inferenceNo: service.nextInferenceNo,
      paramsVersions: { from: Number(service.paramsVersion), to: Number(version) },
    }
  }

  async finalBatches(): Promise<readonly CommittedBatch[]> {
    return this.#batches.upTo(await finalizedBlock(this.#provider))
  }

  async epochHead(): Promise<EpochHead> {
    const { settlement } = this.#contracts
    const [headId, lastId, window]: bigint[] = await Promise.all([
      settlement.headEpochId(),
      settlement.lastEpochId(),
      settlement.challengeWindow(),
    ])
    const [head, last] = await Promise.all([settlement.epoch(headId), settlement.epoch(lastId)])
    return {
      epochId: lastId + 1n,
      firstBatch: head.lastBatch + 1n,
      sum: head.sum,
      // The contract keeps when an epoch pays, which is its window after it was posted.
      postedAt: lastId === 0n ? 0n : last.activatesAt - window,
    }
  }

  async activeEpoch(): Promise<ActiveEpoch | undefined> {
    const { settlement } = this.#contracts
    for (let epochId: bigint = await settlement.lastEpochId(); epochId > 0n; epochId -= 1n) {
      if (!(await settlement.isActive(epochId))) continue
      const { lastBatch, root, sum } = await settlement.epoch(epochId)
      return { epochId, lastBatch, root, sum }
    }
    return undefined
  }

  async finalPaid(): Promise<ReadonlyMap<bigint, bigint>> {
    const payments = await this.#payments.upTo(await finalizedBlock(this.#provider))
    return new Map(payments.map(({ accountId, cumulative }) => [accountId, cumulative]))
  }

  async paidOf(accountIds: readonly bigint[]): Promise<Map<bigint, bigint>> {
    const { settlement } = this.#contracts
    const paid = await Promise.all(accountIds.map((accountId) => settlement.paidOf(accountId)))
    return new Map(accountIds.map((accountId, at) => [accountId, paid[at]]))
  }

  async collectedOf(payerId: bigint): Promise<bigint> {
    return (await this.#contracts.escrow.collectedOf(payerId, this.#serviceId)).cumulative
  }

  totalCollected(): Promise<bigint> {
    return this.#contracts.settlement.totalCollected()
  }

  async commitBatch(batch: NewBatch, commitment: string): Promise<void> {
    await this.#sendWithCommitment(`commit batch ${batch.batchId}`, 'commitBatch', commitment, [
      batch.serviceId,
      batch.batchId,
      batch.firstInferenceNo,
      batch.count,
      batch.fees,
      batch.receiptsRoot,
      batch.attributionRoot,
      batch.paramsVersion,
    ])
  }

  async collect(voucher: CollectableVoucher): Promise<void> {
    const { payerId, serviceId, cumulative, inferenceNo, signature } = voucher
    const request = await this.#contracts.escrow.collect.populateTransaction(
      { payerId, serviceId, cumulative, inferenceNo },
      signature,
    )
    await this.#service.send(`collect the voucher of payer ${payerId}`, request)
  }

  async postEpoch(epoch: NewEpoch, commitment: string): Promise<void> {
    await this.#sendWithCommitment(`post epoch ${epoch.epochId}`, 'postEpoch', commitment, [
      epoch.epochId,
      epoch.firstBatch,
      epoch.lastBatch,
      epoch.root,
      epoch.sum,
      epoch.depth,
      epoch.paramsVersion,
    ])
  }

  async push(epochId: bigint, payouts: readonly Payout[]): Promise<void> {
    const request = await this.#contracts.settlement.push.populateTransaction(
      epochId,
      payouts.map(({ accountId }) => accountId),
      payouts.map(({ cumulative }) => cumulative),
      payouts.map(({ proof }) => proof),
    )
    await this.#keeper.send(`pay ${payouts.length} accounts of epoch ${epochId}`, request)
  }

  /** Both calls end with the hash of a body's commitment; the commitment itself goes behind it. */
  async #sendWithCommitment(
    what: string,
    call: 'commitBatch' | 'postEpoch',
    commitment: string,
    args: unknown[],
  ): Promise<void> {
    const { settlement } = this.#contracts
    const daCommitment = daCommitmentHash(commitment)
    const data = settlement.interface.encodeFunctionData(call, [...args, daCommitment])
    const to = await settlement.getAddress()
    await this.#service.send(what, { to, data: withCommitment(data, commitment) })
  }

  async #openVersion(): Promise<bigint> {
    const lastEpochId: bigint = await this.#contracts.settlement.lastEpochId()
    return this.#contracts.params.versionAt(lastEpochId + 1n)
  }
}
