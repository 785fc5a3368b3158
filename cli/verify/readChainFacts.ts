import { paramsFromValues } from '@tributary/protocol/attribution/params'
import { splitInferenceNo } from '@tributary/protocol/ids/inferenceNo'
import type { ReceiptBundle } from '@tributary/protocol/messages/receiptBundle'
import { receiptFromJson } from '@tributary/protocol/receipts/receipt'
import type { ChainFacts } from '@tributary/protocol/verify/verifyReceipt'
import { type ContractEventName, type EventLog, ZeroHash } from 'ethers'
import type { Chain } from '../chain/openChain.ts'

/** Reads from the chain what a receipt is held against. */
export async function readChainFacts(
  { deployment, contracts }: Pick<Chain, 'deployment' | 'contracts'>,
  bundle: ReceiptBundle & { entry: NonNullable<ReceiptBundle['entry']> },
): Promise<ChainFacts> {
  const { settlement, params, models } = contracts
  const receipt = receiptFromJson(bundle.entry.receipt)
  const { serviceId } = splitInferenceNo(receipt.inferenceNo)
  const events = async (
    contract: typeof settlement | typeof models,
    name: ContractEventName,
  ): Promise<EventLog[]> => (await contract.queryFilter(name, deployment.startBlock)) as EventLog[]

  const [registered, changed, values, model, trained, batch] = await Promise.all([
    events(settlement, settlement.filters.ServiceRegistered?.(serviceId) as ContractEventName),
    events(settlement, settlement.filters.ServiceSignerChanged?.(serviceId) as ContractEventName),
    params.valuesOf(receipt.paramsVersion),
    models.model(receipt.modelId).catch(() => null),
    events(models, models.filters.ModelTrainedOn?.(receipt.modelId) as ContractEventName),
    bundle.batch === null ? null : settlement.batch(bundle.batch.serviceId, bundle.batch.batchId),
  ])
  const [keys, numbers] = values as [string[], bigint[]]
  const byKey = new Map(keys.map((key, at) => [key, numbers[at] as bigint]))
  return {
    domain: {
      chainId: BigInt(deployment.chainId),
      verifyingContract: deployment.contracts.AttributionSettlement,
    },
    serviceSigners: [...registered, ...changed].map(({ args }) => args.signer as string),
    params: paramsFromValues(receipt.paramsVersion, byKey),
    model:
      model === null
        ? null
        : {
            weightsHash: model.weightsHash,
            snapshots: trained.map(({ args }) => ({
              datanetId: args.datanetId as bigint,
              snapshotRoot: args.snapshotRoot as string,
              lastRecordNo: args.lastRecordNo as bigint,
            })),
          },
    batchDigest: batch === null || batch.digest === ZeroHash ? null : batch.digest,
  }
}
