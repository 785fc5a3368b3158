import { messageReader } from './messageReader.ts'
import { COUNT, HASH, HEX, INTEGER, type Message, PPM, type Schema } from './schema.ts'

/** A receipt in JSON; `receiptFromJson` reads it. */
export const RECEIPT = {
  type: 'object',
  required: [
    'requestId',
    'inferenceNo',
    'modelId',
    'adapterHash',
    'payerId',
    'fee',
    'tokensIn',
    'tokensOut',
    'paramsVersion',
    'snapshotsRoot',
    'promptHash',
    'answerHash',
    'evidenceRoot',
    'vectorRoot',
    'issuedAt',
  ],
  additionalProperties: false,
  properties: {
    requestId: HASH,
    inferenceNo: INTEGER,
    modelId: INTEGER,
    adapterHash: HASH,
    payerId: INTEGER,
    fee: INTEGER,
    tokensIn: COUNT,
    tokensOut: COUNT,
    paramsVersion: COUNT,
    snapshotsRoot: HASH,
    promptHash: HASH,
    answerHash: HASH,
    evidenceRoot: HASH,
    vectorRoot: HASH,
    issuedAt: INTEGER,
  },
} as const satisfies Schema

/**
 * Spec of a `receipt` job: one entry of a batch; `batchEntryFromJson` reads it. The job's key is
 * the inference number in 20 digits.
 */
export const RECEIPT_SPEC = {
  type: 'object',
  required: ['receipt', 'signature', 'vector', 'rhoPpm', 'roles', 'payerVoucher'],
  properties: {
    receipt: RECEIPT,
    signature: HEX,
    vector: HEX,
    rhoPpm: PPM,
    roles: {
      type: 'object',
      required: ['modelOwner', 'host'],
      properties: { modelOwner: INTEGER, host: INTEGER },
    },
    payerVoucher: {
      type: 'object',
      required: ['cumulative', 'signature'],
      properties: { cumulative: INTEGER, signature: HEX },
    },
  },
} as const satisfies Schema

/** Result of a `receipt` job: the final batch that holds it. */
export const RECEIPT_RESULT = {
  type: 'object',
  required: ['serviceId', 'batchId', 'daCommitment', 'txHash', 'blockNumber'],
  properties: {
    serviceId: COUNT,
    batchId: INTEGER,
    /** Commitment under which the Alt-DA store gives the batch's body. */
    daCommitment: HEX,
    txHash: HASH,
    blockNumber: COUNT,
  },
} as const satisfies Schema

/** One entry of a batch, as a job. */
export type ReceiptSpec = Message<typeof RECEIPT_SPEC>
/** The batch that an entry went into. */
export type ReceiptResult = Message<typeof RECEIPT_RESULT>

/** Key of a `receipt` job: sorts as the numbers do. */
export function receiptJobKey(inferenceNo: bigint): string {
  return inferenceNo.toString().padStart(20, '0')
}

/** Checks the spec of a `receipt` job. */
export const readReceiptSpec = messageReader('receipt spec', RECEIPT_SPEC)
/** Checks the result of a `receipt` job. */
export const readReceiptResult = messageReader('receipt result', RECEIPT_RESULT)
