import { hexlify, type Signer } from 'ethers'
import { attributionVector } from '../attribution/attributionVector.ts'
import { type Evidence, evidenceRoot } from '../attribution/evidence.ts'
import { DEFAULT_PARAMS } from '../attribution/params.ts'
import { vectorRoot } from '../attribution/vector.ts'
import type { BatchEntry } from '../batches/batchBody.ts'
import { fee } from '../fees/fee.ts'
import { inferenceNo } from '../ids/inferenceNo.ts'
import { newRequestId, requestIdToBytes32 } from '../ids/requestId.ts'
import { type SigningDomain, signReceipt } from '../receipts/receipt.ts'
import { promptText, textHash } from '../receipts/textHash.ts'
import { signVoucher } from '../receipts/voucher.ts'
import { type RandomNumbers, randomNumbers } from './randomNumbers.ts'

/** A signed answer, with everything its receipt hides. */
export interface SampleEntry {
  entry: BatchEntry
  evidence: Evidence
  messages: { role: string; content: string }[]
  answer: string
  salts: { prompt: string; answer: string }
}

/** What a sample is made with. */
export interface SampleOptions {
  /** Sequence number, from 0. */
  seq: bigint
  service: Signer
  payer: Signer
  receiptDomain: SigningDomain
  voucherDomain: SigningDomain
  serviceId?: number
}

/** Makes a complete, valid answer for tests: random evidence, everything else computed from it. */
export async function sampleEntry(options: SampleOptions): Promise<SampleEntry> {
  const random = randomNumbers(Number(options.seq) + 100)
  const serviceId = options.serviceId ?? 1
  const number = inferenceNo(serviceId, options.seq)
  const messages = [{ role: 'user', content: `What is package ${options.seq}?` }]
  const answer = `Package ${options.seq} answers.`
  const salts = { prompt: hexlify(random.bytes(32)), answer: hexlify(random.bytes(32)) }
  const evidence = sampleEvidence(random)
  const rhoPpm = random.below(300_000)
  const params = DEFAULT_PARAMS
  const vector = attributionVector({ rhoPpm, evidence, params })
  const [tokensIn, tokensOut] = [10 + random.below(90), 1 + random.below(60)]
  const receipt = {
    requestId: requestIdToBytes32(newRequestId(1_800_000_000_000, random.bytes(10))),
    inferenceNo: number,
    modelId: 2n,
    adapterHash: hexlify(random.bytes(32)),
    payerId: 16n,
    fee: fee(tokensIn, tokensOut, params.feeRateIn, params.feeRateOut),
    tokensIn,
    tokensOut,
    paramsVersion: params.version,
    snapshotsRoot: hexlify(random.bytes(32)),
    promptHash: textHash(salts.prompt, promptText(messages)),
    answerHash: textHash(salts.answer, answer),
    evidenceRoot: evidenceRoot(evidence),
    vectorRoot: vectorRoot(vector),
    issuedAt: 1_800_000_000_000n + options.seq,
  }
  const cumulative = receipt.fee * (options.seq + 1n)
  const voucher = { payerId: receipt.payerId, serviceId, cumulative, inferenceNo: number }
  const entry = {
    receipt,
    signature: await signReceipt(receipt, options.receiptDomain, options.service),
    vector,
    rhoPpm,
    roles: { modelOwner: 17n, host: 18n },
    payerVoucher: {
      cumulative,
      signature: await signVoucher(voucher, options.voucherDomain, options.payer),
    },
  }
  return { entry, evidence, messages, answer, salts }
}

function sampleEvidence(random: RandomNumbers): Evidence {
  const rows = Array.from({ length: 3 + random.below(4) }, (_, at) => ({
    recordNo: BigInt(at + 1),
    clusterId: BigInt(at + 1),
    accountId: BigInt(20 + at),
  }))
  const best = random.below(rows.length)
  return {
    v: 1,
    token: [
      {
        start: 0,
        len: 8,
        bits: 60 * 65_536,
        df: 1,
        clusters: rows.slice(best, best + 1),
      },
      { start: 9, len: 2, bits: 5 * 65_536, df: 1, clusters: rows.slice(0, 1) },
    ],
    gradient: rows.map((row, at) => ({
      ...row,
      score: at === best ? 900_000_000n : BigInt(random.below(50_000_000)) - 10_000_000n,
    })),
  }
}
