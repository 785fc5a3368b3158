import {
  type BatchBody,
  batchRoots,
  decodeBatchBody,
  encodeBatchBody,
} from '@tributary/protocol/batches/batchBody'
import { TributaryError } from '@tributary/protocol/errors/tributaryError'
import type { CommittedBatch, SettlementChain } from '../chain/settlementChain.ts'

/** The body of a batch is not what the chain says about it. */
export class WrongBodyError extends TributaryError {}

/** An Alt-DA store: bytes in, a commitment (0x-hex) out, and back. */
export interface BodyStore {
  put(bytes: Uint8Array): Promise<string>
  get(commitment: string): Promise<Uint8Array>
}

/** Stores the body of a batch and gives its commitment. */
export function publishBatch(store: BodyStore, body: BatchBody): Promise<string> {
  return store.put(encodeBatchBody(body))
}

/** The body of a committed batch, held against everything the chain says about it. */
export async function readBatch(
  chain: Pick<SettlementChain, 'commitmentOf'>,
  store: BodyStore,
  batch: CommittedBatch,
): Promise<BatchBody> {
  const body = decodeBatchBody(await store.get(await chain.commitmentOf(batch)))
  const said: Record<string, unknown> = { ...batchRoots(body) }
  said.serviceId = body.serviceId
  said.batchId = body.batchId
  said.firstInferenceNo = body.firstInferenceNo
  said.paramsVersion = body.paramsVersion
  for (const [name, value] of Object.entries(said)) {
    const onChain = batch[name as keyof CommittedBatch]
    if (value !== onChain) {
      throw new WrongBodyError(
        `batch ${batch.batchId} has ${name} ${onChain} on chain and ${value} in its body`,
        { code: 'batch_body', hint: 'Restore the body that was committed to the Alt-DA store.' },
      )
    }
  }
  return body
}
