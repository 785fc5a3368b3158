import {
  type BatchEntry,
  type BatchEntryJson,
  batchEntryFromJson,
} from '@tributary/protocol/batches/batchBody'
import { TributaryError } from '@tributary/protocol/errors/tributaryError'
import { recoverReceiptSigner, type SigningDomain } from '@tributary/protocol/receipts/receipt'
import { errorMessage } from '../../process/errorMessage.ts'
import type { QueuedReceipt } from './receiptQueue.ts'

/** A receipt cannot be committed as it stands. */
export class BadReceiptError extends TributaryError {}

/** Whose signature a receipt must carry. */
export interface ReceiptSigner {
  /** The service's key, as an address with checksum. */
  address: string
  /** AttributionSettlement. */
  domain: SigningDomain
}

/** Reads a queued receipt and checks its form, its vector and its signature. */
export function readReceipt(queued: QueuedReceipt, signer: ReceiptSigner): BatchEntry {
  let entry: BatchEntry
  try {
    entry = batchEntryFromJson(queued.spec as BatchEntryJson)
  } catch (cause) {
    throw bad(queued, errorMessage(cause), cause)
  }
  const { receipt, signature } = entry
  if (receipt.inferenceNo !== queued.inferenceNo) {
    throw bad(queued, `it is the receipt of inference ${receipt.inferenceNo}`)
  }
  const found = recoverReceiptSigner(receipt, signature, signer.domain)
  if (found !== signer.address) throw bad(queued, `it is signed by ${found}, not ${signer.address}`)
  return entry
}

function bad(queued: QueuedReceipt, problem: string, cause?: unknown): BadReceiptError {
  return new BadReceiptError(
    `the receipt of inference ${queued.inferenceNo} is wrong: ${problem}`,
    {
      code: 'settlement_receipt',
      hint: 'No later answer can be settled before it; the gateway must hand it over again.',
      cause,
    },
  )
}
