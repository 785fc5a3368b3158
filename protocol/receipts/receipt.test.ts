import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AbiCoder,
  concat,
  id,
  keccak256,
  sha256,
  TypedDataEncoder,
  toUtf8Bytes,
  Wallet,
} from 'ethers'
import { sampleEntry } from '../testing/sampleEntry.ts'
import {
  RECEIPT_TYPEHASH,
  ReceiptError,
  type ReceiptJson,
  receiptDigest,
  receiptFromJson,
  receiptLeaf,
  receiptToJson,
  receiptTypedData,
  recoverReceiptSigner,
} from './receipt.ts'
import { promptText, textHash } from './textHash.ts'
import { recoverVoucherSigner, voucherDigest, voucherTypedData } from './voucher.ts'

const service = new Wallet(`0x${'01'.repeat(32)}`)
const payer = new Wallet(`0x${'02'.repeat(32)}`)
const receiptDomain = { chainId: 31337n, verifyingContract: `0x${'11'.repeat(20)}` }
const voucherDomain = { chainId: 31337n, verifyingContract: `0x${'22'.repeat(20)}` }
const { entry, messages, answer, salts } = await sampleEntry({
  seq: 3n,
  service,
  payer,
  receiptDomain,
  voucherDomain,
})
const { receipt, signature } = entry

test('the leaf is abi.encode of the type hash and the fields, and the EIP-712 struct hash', () => {
  assert.equal(
    RECEIPT_TYPEHASH,
    id(
      'Receipt(bytes32 requestId,uint64 inferenceNo,uint64 modelId,bytes32 adapterHash,uint64 payerId,uint128 fee,uint32 tokensIn,uint32 tokensOut,uint32 paramsVersion,bytes32 snapshotsRoot,bytes32 promptHash,bytes32 answerHash,bytes32 evidenceRoot,bytes32 vectorRoot,uint64 issuedAt)',
    ),
  )
  const { types, message } = receiptTypedData(receipt, receiptDomain)
  assert.equal(receiptLeaf(receipt), TypedDataEncoder.hashStruct('Receipt', types, message))
  const domain = keccak256(
    AbiCoder.defaultAbiCoder().encode(
      ['bytes32', 'bytes32', 'bytes32', 'uint256', 'address'],
      [
        id('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)'),
        id('Tributary'),
        id('1'),
        receiptDomain.chainId,
        receiptDomain.verifyingContract,
      ],
    ),
  )
  assert.equal(
    receiptDigest(receipt, receiptDomain),
    keccak256(concat(['0x1901', domain, receiptLeaf(receipt)])),
  )
})

test('only the very receipt, on the very chain and contract, recovers the signer', () => {
  assert.equal(recoverReceiptSigner(receipt, signature, receiptDomain), service.address)
  const others = [
    recoverReceiptSigner({ ...receipt, fee: receipt.fee + 1n }, signature, receiptDomain),
    recoverReceiptSigner(receipt, signature, { ...receiptDomain, chainId: 1n }),
    recoverReceiptSigner(receipt, signature, voucherDomain),
  ]
  assert.ok(!others.includes(service.address))
  assert.throws(() => recoverReceiptSigner(receipt, '0x12', receiptDomain), ReceiptError)
})

test('a voucher recovers the payer’s signer', () => {
  const voucher = {
    payerId: receipt.payerId,
    serviceId: 1,
    cumulative: entry.payerVoucher.cumulative,
    inferenceNo: receipt.inferenceNo,
  }
  const { signature: signed } = entry.payerVoucher
  assert.equal(recoverVoucherSigner(voucher, signed, voucherDomain), payer.address)
  assert.notEqual(
    recoverVoucherSigner(
      { ...voucher, cumulative: voucher.cumulative + 1n },
      signed,
      voucherDomain,
    ),
    payer.address,
  )
  assert.throws(() => recoverVoucherSigner(voucher, '0x', voucherDomain), ReceiptError)
  const { domain, types, message } = voucherTypedData(voucher, voucherDomain)
  assert.equal(voucherDigest(voucher, voucherDomain), TypedDataEncoder.hash(domain, types, message))
})

test('texts are bound by salted hashes', () => {
  assert.equal(
    textHash(salts.answer, answer),
    keccak256(concat([salts.answer, sha256(toUtf8Bytes(answer))])),
  )
  assert.equal(receipt.promptHash, textHash(salts.prompt, promptText(messages)))
  assert.equal(promptText(messages), '[{"content":"What is package 3?","role":"user"}]')
  assert.throws(() => textHash('0x12', 'text'))
})

test('a receipt survives JSON, and a wrong field is named', () => {
  const json = receiptToJson(receipt)
  assert.deepEqual(receiptFromJson(JSON.parse(JSON.stringify(json))), receipt)
  for (const [field, value] of [
    ['fee', 5],
    ['fee', '-1'],
    ['fee', (2n ** 128n).toString()],
    ['inferenceNo', (2n ** 64n).toString()],
    ['tokensIn', '5'],
    ['tokensOut', 2 ** 32],
    ['vectorRoot', '0x12'],
    ['requestId', undefined],
  ] as const) {
    assert.throws(
      () => receiptFromJson({ ...json, [field]: value } as ReceiptJson),
      (error) => error instanceof ReceiptError && error.message.includes(`"${field}"`),
    )
  }
})
