import {
  AbiCoder,
  getAddress,
  keccak256,
  type Signer,
  TypedDataEncoder,
  toUtf8Bytes,
  verifyTypedData,
} from 'ethers'
import { TributaryError } from '../errors/tributaryError.ts'

/** A receipt is not in its form, or was not signed as it should be. */
export class ReceiptError extends TributaryError {}

/** What the service signs about one answer. Hashes are 0x-hex bytes32. */
export interface Receipt {
  /** UUIDv7, zero-padded on the right. */
  requestId: string
  inferenceNo: bigint
  modelId: bigint
  /** Adapter that answered; 32 zero bytes where a base model did. */
  adapterHash: string
  payerId: bigint
  /** Wei. */
  fee: bigint
  tokensIn: number
  tokensOut: number
  paramsVersion: number
  snapshotsRoot: string
  promptHash: string
  answerHash: string
  evidenceRoot: string
  vectorRoot: string
  /** Milliseconds since 1970. */
  issuedAt: bigint
}

/** A receipt in JSON: bigints as decimal strings. */
export type ReceiptJson = {
  [Field in keyof Receipt]: Receipt[Field] extends bigint ? string : Receipt[Field]
}

/** Where a signature holds: the chain and the contract that checks it. */
export interface SigningDomain {
  chainId: bigint
  /** Receipts: AttributionSettlement. Vouchers: PaymentEscrow. */
  verifyingContract: string
}

/** EIP-712 types of a receipt, in the order in which its leaf is encoded. */
export const RECEIPT_TYPES = {
  Receipt: [
    { name: 'requestId', type: 'bytes32' },
    { name: 'inferenceNo', type: 'uint64' },
    { name: 'modelId', type: 'uint64' },
    { name: 'adapterHash', type: 'bytes32' },
    { name: 'payerId', type: 'uint64' },
    { name: 'fee', type: 'uint128' },
    { name: 'tokensIn', type: 'uint32' },
    { name: 'tokensOut', type: 'uint32' },
    { name: 'paramsVersion', type: 'uint32' },
    { name: 'snapshotsRoot', type: 'bytes32' },
    { name: 'promptHash', type: 'bytes32' },
    { name: 'answerHash', type: 'bytes32' },
    { name: 'evidenceRoot', type: 'bytes32' },
    { name: 'vectorRoot', type: 'bytes32' },
    { name: 'issuedAt', type: 'uint64' },
  ],
} satisfies Record<string, { name: keyof Receipt; type: string }[]>

/** keccak256 of the EIP-712 type string of a receipt. */
export const RECEIPT_TYPEHASH = keccak256(
  toUtf8Bytes(
    `Receipt(${RECEIPT_TYPES.Receipt.map(({ name, type }) => `${type} ${name}`).join(',')})`,
  ),
)

/** The domain under which the system signs: name "Tributary", version "1". */
export function typedDataDomain(domain: SigningDomain) {
  return {
    name: 'Tributary',
    version: '1',
    chainId: domain.chainId,
    verifyingContract: getAddress(domain.verifyingContract),
  }
}

/** `keccak256(abi.encode(TYPEHASH, …fields))`: the EIP-712 struct hash, leaf of a batch. */
export function receiptLeaf(receipt: Receipt): string {
  return keccak256(
    AbiCoder.defaultAbiCoder().encode(
      ['bytes32', ...RECEIPT_TYPES.Receipt.map(({ type }) => type)],
      [RECEIPT_TYPEHASH, ...RECEIPT_TYPES.Receipt.map(({ name }) => receipt[name])],
    ),
  )
}

/** Everything a wallet needs to sign a receipt (EIP-712). */
export function receiptTypedData(receipt: Receipt, domain: SigningDomain) {
  return {
    domain: typedDataDomain(domain),
    types: RECEIPT_TYPES,
    primaryType: 'Receipt' as const,
    message: receipt,
  }
}

/** The 32 bytes that are signed for a receipt. */
export function receiptDigest(receipt: Receipt, domain: SigningDomain): string {
  return TypedDataEncoder.hash(typedDataDomain(domain), RECEIPT_TYPES, receipt)
}

/**
 * Signs a receipt.
 *
 * @example
 * const signature = await signReceipt(receipt, domain, new Wallet(serviceKey))
 */
export function signReceipt(
  receipt: Receipt,
  domain: SigningDomain,
  signer: Pick<Signer, 'signTypedData'>,
): Promise<string> {
  return signer.signTypedData(typedDataDomain(domain), RECEIPT_TYPES, receipt)
}

/** The address that signed a receipt, with checksum. */
export function recoverReceiptSigner(
  receipt: Receipt,
  signature: string,
  domain: SigningDomain,
): string {
  try {
    return verifyTypedData(typedDataDomain(domain), RECEIPT_TYPES, receipt, signature)
  } catch (cause) {
    throw new ReceiptError(`the signature of inference ${receipt.inferenceNo} cannot be read`, {
      code: 'receipt_signature',
      hint: 'A signature is 0x and 130 hex digits.',
      cause,
    })
  }
}

/** A receipt as JSON. */
export function receiptToJson(receipt: Receipt): ReceiptJson {
  return {
    requestId: receipt.requestId,
    inferenceNo: receipt.inferenceNo.toString(),
    modelId: receipt.modelId.toString(),
    adapterHash: receipt.adapterHash,
    payerId: receipt.payerId.toString(),
    fee: receipt.fee.toString(),
    tokensIn: receipt.tokensIn,
    tokensOut: receipt.tokensOut,
    paramsVersion: receipt.paramsVersion,
    snapshotsRoot: receipt.snapshotsRoot,
    promptHash: receipt.promptHash,
    answerHash: receipt.answerHash,
    evidenceRoot: receipt.evidenceRoot,
    vectorRoot: receipt.vectorRoot,
    issuedAt: receipt.issuedAt.toString(),
  }
}

/** Reads a receipt from JSON; a field that is missing or out of range is refused by name. */
export function receiptFromJson(json: ReceiptJson): Receipt {
  const hash = (field: keyof Receipt): string => {
    const value: unknown = json?.[field]
    if (typeof value !== 'string' || !/^0x[0-9a-f]{64}$/.test(value)) refuse(field, 'bytes32')
    return value as string
  }
  const integer = (field: keyof Receipt, bits: bigint): bigint => {
    const value: unknown = json?.[field]
    if (typeof value !== 'string' || !/^(0|[1-9][0-9]*)$/.test(value)) refuse(field, `uint${bits}`)
    const read = BigInt(value as string)
    if (read >> bits !== 0n) refuse(field, `uint${bits}`)
    return read
  }
  const count = (field: keyof Receipt): number => {
    const value: unknown = json?.[field]
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 0xffff_ffff) {
      refuse(field, 'uint32')
    }
    return value as number
  }
  return {
    requestId: hash('requestId'),
    inferenceNo: integer('inferenceNo', 64n),
    modelId: integer('modelId', 64n),
    adapterHash: hash('adapterHash'),
    payerId: integer('payerId', 64n),
    fee: integer('fee', 128n),
    tokensIn: count('tokensIn'),
    tokensOut: count('tokensOut'),
    paramsVersion: count('paramsVersion'),
    snapshotsRoot: hash('snapshotsRoot'),
    promptHash: hash('promptHash'),
    answerHash: hash('answerHash'),
    evidenceRoot: hash('evidenceRoot'),
    vectorRoot: hash('vectorRoot'),
    issuedAt: integer('issuedAt', 64n),
  }
}

function refuse(field: string, type: string): never {
  throw new ReceiptError(`receipt field "${field}" is not a ${type}`, {
    code: 'receipt_form',
    hint: 'Integers of 64 bits and more are decimal strings, hashes lower-case 0x-hex.',
  })
}
