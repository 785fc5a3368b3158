import { decodeVector, type VectorEntry, vectorRoot, vectorToHex } from '../attribution/vector.ts'
import { canonicalBytes } from '../encoding/canonicalJson.ts'
import { TributaryError } from '../errors/tributaryError.ts'
import { splitInferenceNo } from '../ids/inferenceNo.ts'
import { merkleRoot } from '../merkle/merkleTree.ts'
import { parseWei } from '../money/parseWei.ts'
import {
  type Receipt,
  type ReceiptJson,
  receiptFromJson,
  receiptLeaf,
  receiptToJson,
} from '../receipts/receipt.ts'

/** A batch contradicts itself or is not in its form. */
export class BatchError extends TributaryError {}

/** Accounts that fill a role at one answer; null where nobody does. */
export interface RoleAccounts {
  modelOwner: bigint | null
  host: bigint | null
}

/** One answer of a batch: what its money follows from, and the signatures that stand for it. */
export interface BatchEntry {
  receipt: Receipt
  /** The service's, over the receipt. */
  signature: string
  vector: VectorEntry[]
  /** ρ in millionths. */
  rhoPpm: number
  roles: RoleAccounts
  /** The payer's voucher after this answer; payer, service and number follow from the receipt. */
  payerVoucher: { cumulative: bigint; signature: string }
}

/** What lies in the Alt-DA store for one batch. */
export interface BatchBody {
  v: 1
  serviceId: number
  batchId: bigint
  firstInferenceNo: bigint
  paramsVersion: number
  /** In the order of inferenceNo, without gaps. */
  receipts: BatchEntry[]
}

/** An entry in JSON: integers of 64 bits and more as decimal strings, an absent role "0". */
export interface BatchEntryJson {
  receipt: ReceiptJson
  signature: string
  /** 0x-hex, 20 bytes an entry. */
  vector: string
  rhoPpm: number
  roles: { modelOwner: string; host: string }
  payerVoucher: { cumulative: string; signature: string }
}

/** A batch in JSON. */
export interface BatchBodyJson {
  v: 1
  serviceId: number
  batchId: string
  firstInferenceNo: string
  paramsVersion: number
  receipts: BatchEntryJson[]
}

/** What the chain is told of a batch. */
export interface BatchRoots {
  /** Merkle root over the receipts' leaves. */
  receiptsRoot: string
  /** Merkle root over the receipts' vector roots. */
  attributionRoot: string
  /** Wei. */
  fees: bigint
  count: number
}

/** An entry as JSON; also the spec of a `receipt` job. */
export function batchEntryToJson(entry: BatchEntry): BatchEntryJson {
  return {
    receipt: receiptToJson(entry.receipt),
    signature: entry.signature,
    vector: vectorToHex(entry.vector),
    rhoPpm: entry.rhoPpm,
    roles: {
      modelOwner: (entry.roles.modelOwner ?? 0n).toString(),
      host: (entry.roles.host ?? 0n).toString(),
    },
    payerVoucher: {
      cumulative: entry.payerVoucher.cumulative.toString(),
      signature: entry.payerVoucher.signature,
    },
  }
}

/** Reads an entry and checks that its receipt binds its vector. */
export function batchEntryFromJson(json: BatchEntryJson): BatchEntry {
  const receipt = receiptFromJson(json?.receipt)
  const where = `inference ${receipt.inferenceNo}`
  const role = (account: unknown): bigint | null => {
    if (typeof account !== 'string') refuse(`${where} has no account for a role`)
    const id = parseWei(account as string)
    if (id < 0n || id >> 64n !== 0n) refuse(`${where} has account ${id} in a role`)
    return id === 0n ? null : id
  }
  const text = (name: string, value: unknown): string => {
    if (typeof value !== 'string') refuse(`${where} has no ${name}`)
    return value as string
  }
  if (!Number.isInteger(json.rhoPpm) || json.rhoPpm < 0 || json.rhoPpm > 1_000_000) {
    refuse(`${where} gives the base model ${json.rhoPpm} ppm`)
  }
  const vector = decodeVector(text('vector', json.vector))
  if (vectorRoot(vector) !== receipt.vectorRoot) refuse(`${where} has another vector than it signs`)
  return {
    receipt,
    signature: text('signature', json.signature),
    vector,
    rhoPpm: json.rhoPpm,
    roles: { modelOwner: role(json.roles?.modelOwner), host: role(json.roles?.host) },
    payerVoucher: {
      cumulative: parseWei(text('voucher', json.payerVoucher?.cumulative)),
      signature: text('voucher signature', json.payerVoucher?.signature),
    },
  }
}

/** The bytes of a batch: RFC 8785 JSON. */
export function encodeBatchBody(body: BatchBody): Uint8Array {
  checkBatch(body)
  const json: BatchBodyJson = {
    v: 1,
    serviceId: body.serviceId,
    batchId: body.batchId.toString(),
    firstInferenceNo: body.firstInferenceNo.toString(),
    paramsVersion: body.paramsVersion,
    receipts: body.receipts.map(batchEntryToJson),
  }
  return canonicalBytes(json)
}

/** Reads a batch from its bytes and checks it. */
export function decodeBatchBody(bytes: Uint8Array): BatchBody {
  let json: BatchBodyJson
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new BatchError('batch is not JSON in UTF-8', { code: 'batch_encoding', cause })
  }
  return batchBodyFromJson(json)
}

/** Reads a batch from its JSON and checks it. */
export function batchBodyFromJson(json: BatchBodyJson): BatchBody {
  const isNumber = (text: unknown) => typeof text === 'string' && /^[1-9][0-9]{0,19}$/.test(text)
  if (
    json?.v !== 1 ||
    !isNumber(json.batchId) ||
    !isNumber(json.firstInferenceNo) ||
    !Array.isArray(json.receipts)
  ) {
    refuse('it is not {v:1, serviceId, batchId, firstInferenceNo, paramsVersion, receipts}')
  }
  const body: BatchBody = {
    v: 1,
    serviceId: json.serviceId,
    batchId: BigInt(json.batchId),
    firstInferenceNo: BigInt(json.firstInferenceNo),
    paramsVersion: json.paramsVersion,
    receipts: json.receipts.map(batchEntryFromJson),
  }
  checkBatch(body)
  return body
}

/** What the chain must say about a batch with this body. */
export function batchRoots(body: BatchBody): BatchRoots {
  return {
    receiptsRoot: merkleRoot(body.receipts.map(({ receipt }) => receiptLeaf(receipt))),
    attributionRoot: merkleRoot(body.receipts.map(({ receipt }) => receipt.vectorRoot)),
    fees: body.receipts.reduce((sum, { receipt }) => sum + receipt.fee, 0n),
    count: body.receipts.length,
  }
}

function checkBatch(body: BatchBody): void {
  const where = `batch ${body.batchId} of service ${body.serviceId}`
  if (body.receipts.length === 0) refuse(`${where} is empty`)
  if (splitInferenceNo(body.firstInferenceNo).serviceId !== body.serviceId) {
    refuse(`${where} starts with another service's inference ${body.firstInferenceNo}`)
  }
  body.receipts.forEach(({ receipt }, at) => {
    const expected = body.firstInferenceNo + BigInt(at)
    if (receipt.inferenceNo !== expected) {
      refuse(`${where} has inference ${receipt.inferenceNo} in the place of ${expected}`)
    }
    if (receipt.paramsVersion !== body.paramsVersion) {
      refuse(
        `${where} of parameter version ${body.paramsVersion} has inference ${receipt.inferenceNo} of version ${receipt.paramsVersion}`,
      )
    }
  })
}

function refuse(problem: string): never {
  throw new BatchError(`batch is wrong: ${problem}`, { code: 'batch_invalid' })
}
