import { EVIDENCE } from './attributeJob.ts'
import { messageReader } from './messageReader.ts'
import { RECEIPT, RECEIPT_SPEC } from './receiptJob.ts'
import { COUNT, HASH, HEX, INTEGER, type Message, NULL, PPM, type Schema, TEXT } from './schema.ts'
import { SNAPSHOT } from './snapshot.ts'

/**
 * Answer of `GET /v1/receipts/:id`, and the file that a payer keeps: a receipt with what is needed
 * to check it. The texts and their salts are there where the answer is public or its payer asks.
 */
export const RECEIPT_BUNDLE = {
  type: 'object',
  required: [
    'v',
    'requestId',
    'inferenceNo',
    'public',
    'entry',
    'rhoPpm',
    'evidence',
    'snapshots',
    'batch',
  ],
  properties: {
    v: { const: 1 },
    /** UUID. */
    requestId: TEXT,
    inferenceNo: INTEGER,
    public: { type: 'boolean' },
    /** `alias@version`. */
    model: TEXT,
    /** As the batch has it; null until the answer is attributed. */
    entry: { anyOf: [RECEIPT_SPEC, NULL] },
    /** Once more what `entry` holds; checked to be the same. */
    receipt: { anyOf: [RECEIPT, NULL] },
    signature: { anyOf: [HEX, NULL] },
    vector: { anyOf: [HEX, NULL] },
    rhoPpm: { anyOf: [PPM, NULL] },
    evidence: { anyOf: [EVIDENCE, NULL] },
    snapshots: { type: 'array', items: SNAPSHOT },
    messages: {
      type: 'array',
      items: {
        type: 'object',
        required: ['role', 'content'],
        properties: { role: TEXT, content: TEXT },
      },
    },
    answer: TEXT,
    salts: {
      type: 'object',
      required: ['prompt', 'answer'],
      properties: { prompt: HASH, answer: HASH },
    },
    /** Null until a batch on chain holds it. */
    batch: {
      anyOf: [
        {
          type: 'object',
          required: ['serviceId', 'batchId', 'daCommitment'],
          properties: { serviceId: COUNT, batchId: INTEGER, daCommitment: HASH },
        },
        NULL,
      ],
    },
    state: TEXT,
  },
} as const satisfies Schema

/** A receipt with what is needed to check it. */
export type ReceiptBundle = Message<typeof RECEIPT_BUNDLE>

/** Checks the form of a receipt bundle; what it says is for `verifyReceipt`. */
export const readReceiptBundle = messageReader('receipt', RECEIPT_BUNDLE)
