import { AbiCoder, keccak256 } from 'ethers'
import type { BatchRoots } from '../batches/batchBody.ts'

/** A batch as it was handed to the chain. */
export interface CommittedBatch extends BatchRoots {
  serviceId: number
  batchId: bigint
  firstInferenceNo: bigint
  paramsVersion: number
  /** See daCommitmentHash. */
  daCommitment: string
}

/** What AttributionSettlement keeps of a batch: keccak256 of the arguments of `commitBatch`. */
export function batchDigest(batch: CommittedBatch): string {
  return keccak256(
    AbiCoder.defaultAbiCoder().encode(
      [
        'uint16',
        'uint64',
        'uint64',
        'uint32',
        'uint128',
        'bytes32',
        'bytes32',
        'uint32',
        'bytes32',
      ],
      [
        batch.serviceId,
        batch.batchId,
        batch.firstInferenceNo,
        batch.count,
        batch.fees,
        batch.receiptsRoot,
        batch.attributionRoot,
        batch.paramsVersion,
        batch.daCommitment,
      ],
    ),
  )
}
