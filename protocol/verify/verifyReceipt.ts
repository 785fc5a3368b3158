import { attributionVector } from '../attribution/attributionVector.ts'
import { evidenceFromJson, evidenceRoot } from '../attribution/evidence.ts'
import type { Params } from '../attribution/params.ts'
import { decodeVector, vectorRoot, vectorToHex } from '../attribution/vector.ts'
import { type BatchBody, batchRoots } from '../batches/batchBody.ts'
import { canonicalJson } from '../encoding/canonicalJson.ts'
import { TributaryError } from '../errors/tributaryError.ts'
import { fee } from '../fees/fee.ts'
import { inferenceLines } from '../fees/inferenceLines.ts'
import { requestIdToBytes32 } from '../ids/requestId.ts'
import { EMPTY_ROOT, merkleProof, verifyMerkleProof } from '../merkle/merkleTree.ts'
import type { ReceiptBundle } from '../messages/receiptBundle.ts'
import { snapshotFromJson } from '../messages/snapshot.ts'
import { formatOpen } from '../money/formatOpen.ts'
import {
  type Receipt,
  receiptFromJson,
  receiptLeaf,
  recoverReceiptSigner,
  type SigningDomain,
} from '../receipts/receipt.ts'
import { promptText, textHash } from '../receipts/textHash.ts'
import { type Snapshot, snapshotsRoot } from '../records/snapshotRoot.ts'
import { batchDigest } from './batchDigest.ts'
import type { Check, CheckName, Verification } from './check.ts'
import { type TokenPathData, tokenPathProblem } from './tokenPathProblem.ts'

/** A receipt cannot be checked at all. */
export class VerificationError extends TributaryError {}

/** What the chain says, read by whoever verifies. */
export interface ChainFacts {
  /** Chain, and AttributionSettlement. */
  domain: SigningDomain
  /** Every key that the receipt's service ever registered. */
  serviceSigners: readonly string[]
  /** The version that the receipt names. */
  params: Params
  /** Snapshots and weights of the receipt's model; null where no model has its number. */
  model: { weightsHash: string; snapshots: readonly Snapshot[] } | null
  /** Digest that the settlement keeps of the batch that should hold it; null where it has none. */
  batchDigest: string | null
}

/** What anybody can fetch. */
export interface PublicFacts {
  /** Body of the batch from the Alt-DA store; null where there is none yet. */
  batch: BatchBody | null
  /** What the token path is recomputed from, or why it is not there. */
  tokenPath: TokenPathData | { missing: string }
}

/**
 * Checks a receipt line by line: what it says, against the chain, public data and the one payment
 * rule. Pure: whoever calls it fetches the facts, so that the command line, a page and a test say
 * the same of the same receipt.
 *
 * @throws VerificationError when the answer has no receipt yet, and the errors of the forms
 */
export function verifyReceipt(
  bundle: ReceiptBundle,
  chain: ChainFacts,
  publicFacts: PublicFacts,
): Verification {
  if (bundle.entry === null) {
    throw new VerificationError(`answer ${bundle.requestId} has no receipt yet`, {
      code: 'verify_no_receipt',
      hint: 'It is being attributed; try again in a few seconds.',
    })
  }
  const { entry } = bundle
  const receipt = receiptFromJson(entry.receipt)
  const claim: Claim = { bundle, entry, receipt }
  const { params } = chain
  const checks = [
    attempt('signature', () => checkSignature(claim, chain)),
    attempt('request', () => checkRequest(claim)),
    attempt('fee', () => checkFee(claim, params)),
    attempt('vectorRoot', () => checkVectorRoot(claim)),
    attempt('evidence', () => checkEvidence(claim)),
    attempt('attribution', () => checkAttribution(claim, params)),
    attempt('split', () => checkSplit(claim, params)),
    attempt('model', () => checkModel(claim, chain)),
    attempt('inclusion', () => checkInclusion(claim, chain, publicFacts.batch)),
    attempt('prompt', () => checkPrompt(claim)),
    attempt('answer', () => checkAnswer(claim)),
    attempt('tokenPath', () => checkTokens(claim, publicFacts.tokenPath)),
  ]
  return { checks, verified: checks.every(({ ok }) => ok !== false) }
}

/** What is checked, once its form is known to be right. */
interface Claim {
  bundle: ReceiptBundle
  entry: NonNullable<ReceiptBundle['entry']>
  receipt: Receipt
}

/** True with one text or false with another. */
type Outcome = Pick<Check, 'ok' | 'says'>

function says(ok: boolean, right: string, wrong: string): Outcome {
  return { ok, says: ok ? right : wrong }
}

function cannot(reason: string): Outcome {
  return { ok: null, says: `not checked: ${reason}` }
}

/** What cannot even be computed from what was given does not match. */
function attempt(name: CheckName, check: () => Outcome): Check {
  try {
    return { name, ...check() }
  } catch (error) {
    return { name, ok: false, says: error instanceof Error ? error.message : String(error) }
  }
}

function checkSignature({ entry, receipt }: Claim, chain: ChainFacts): Outcome {
  const signer = recoverReceiptSigner(receipt, entry.signature, chain.domain)
  return says(
    chain.serviceSigners.includes(signer),
    `signed by ${signer}, the key that the service registered on chain`,
    `signed by ${signer}, which is no key of the service: ${chain.serviceSigners.join(', ') || 'it has none'}`,
  )
}

function checkRequest({ bundle, entry, receipt }: Claim): Outcome {
  const differing = (
    [
      ['request id', requestIdToBytes32(bundle.requestId), receipt.requestId],
      ['inference number', bundle.inferenceNo, receipt.inferenceNo.toString()],
      ['receipt', bundle.receipt, entry.receipt],
      ['signature', bundle.signature, entry.signature],
      ['vector', bundle.vector, entry.vector],
      ['part of the base model', bundle.rhoPpm, entry.rhoPpm],
    ] as const
  ).filter(
    ([, shown, signed]) =>
      shown !== undefined && shown !== null && canonicalJson(shown) !== canonicalJson(signed),
  )
  return says(
    differing.length === 0,
    `inference ${receipt.inferenceNo}, request ${bundle.requestId}`,
    `what is shown beside the receipt is not what it says: ${differing.map(([name]) => name).join(', ')}`,
  )
}

function checkFee({ receipt }: Claim, params: Params): Outcome {
  const { tokensIn, tokensOut } = receipt
  const due = fee(tokensIn, tokensOut, params.feeRateIn, params.feeRateOut)
  return says(
    due === receipt.fee && params.version === receipt.paramsVersion,
    `${formatOpen(due)} OPEN for ${tokensIn} + ${tokensOut} tokens at parameter version ${params.version}`,
    `${formatOpen(receipt.fee)} OPEN were charged, ${formatOpen(due)} are due for ${tokensIn} + ${tokensOut} tokens`,
  )
}

function checkVectorRoot({ entry, receipt }: Claim): Outcome {
  const vector = decodeVector(entry.vector)
  return says(
    vectorRoot(vector) === receipt.vectorRoot,
    `the ${vector.length} parts, 1000000 ppm together, are the ones that were signed`,
    `the parts hash to ${vectorRoot(vector)}, but ${receipt.vectorRoot} was signed`,
  )
}

function checkEvidence({ bundle, receipt }: Claim): Outcome {
  if (bundle.evidence === null) return cannot('the evidence was not given')
  const evidence = evidenceFromJson(bundle.evidence)
  const root = evidenceRoot(evidence)
  return says(
    root === receipt.evidenceRoot,
    `${evidence.token?.length ?? 0} spans and ${evidence.gradient?.length ?? 0} gradient scores are the ones that were signed`,
    `the evidence hashes to ${root}, but ${receipt.evidenceRoot} was signed`,
  )
}

function checkAttribution({ bundle, entry }: Claim, params: Params): Outcome {
  if (bundle.evidence === null) return cannot('the evidence was not given')
  const { rhoPpm } = entry
  const evidence = evidenceFromJson(bundle.evidence)
  const due = vectorToHex(attributionVector({ rhoPpm, evidence, params }))
  return says(
    due === entry.vector,
    `the parts follow from the evidence and the base model's ${rhoPpm} ppm by the payment rule`,
    'the parts do not follow from the evidence by the payment rule',
  )
}

function checkSplit({ entry, receipt }: Claim, params: Params): Outcome {
  const account = (id: string) => (id === '0' ? null : BigInt(id))
  const roles = {
    modelOwner: account(entry.roles.modelOwner),
    host: account(entry.roles.host),
  }
  const lines = inferenceLines({ receipt, vector: decodeVector(entry.vector), roles }, params)
  const sum = lines.reduce((total, { wei }) => total + wei, 0n)
  return says(
    sum === receipt.fee,
    `${lines.length} lines of the ledger sum to the fee of ${receipt.fee} wei`,
    `the lines of the ledger sum to ${sum} wei, the fee is ${receipt.fee}`,
  )
}

function checkModel({ bundle, receipt }: Claim, chain: ChainFacts): Outcome {
  if (chain.model === null) {
    return { ok: false, says: `the chain knows no model ${receipt.modelId}` }
  }
  const isBase = receipt.adapterHash === EMPTY_ROOT
  if (!isBase && chain.model.weightsHash !== receipt.adapterHash) {
    const { weightsHash } = chain.model
    return {
      ok: false,
      says: `model ${receipt.modelId} is ${weightsHash} on chain, the receipt names ${receipt.adapterHash}`,
    }
  }
  const root = snapshotsRoot(chain.model.snapshots)
  if (root !== receipt.snapshotsRoot) {
    return {
      ok: false,
      says: `the model's snapshots on chain have the root ${root}, the receipt names ${receipt.snapshotsRoot}`,
    }
  }
  return says(
    snapshotsRoot(bundle.snapshots.map(snapshotFromJson)) === root,
    `model ${receipt.modelId} with ${chain.model.snapshots.length} snapshots, as registered on chain`,
    'the snapshots shown are not those that the receipt names',
  )
}

function checkInclusion(
  { bundle, receipt }: Claim,
  chain: ChainFacts,
  body: BatchBody | null,
): Outcome {
  if (bundle.batch === null) return cannot('no batch on chain holds it yet')
  const { serviceId, batchId, daCommitment } = bundle.batch
  const name = `batch ${batchId} of service ${serviceId}`
  if (chain.batchDigest === null) return { ok: false, says: `the chain has no ${name}` }
  if (body === null) return { ok: false, says: `the body of ${name} cannot be had` }
  const roots = batchRoots(body)
  const { firstInferenceNo, paramsVersion } = body
  const place = { serviceId, batchId: BigInt(batchId), firstInferenceNo, paramsVersion }
  if (batchDigest({ ...roots, ...place, daCommitment }) !== chain.batchDigest) {
    return { ok: false, says: `the body of ${name} is not what was committed on chain` }
  }
  const leaves = body.receipts.map((one) => receiptLeaf(one.receipt))
  const leaf = receiptLeaf(receipt)
  const at = leaves.indexOf(leaf)
  return says(
    at >= 0 &&
      verifyMerkleProof(leaf, at, leaves.length, merkleProof(leaves, at), roots.receiptsRoot),
    `receipt ${at + 1} of ${leaves.length} in ${name}, whose root is on chain`,
    `${name} was committed on chain without this receipt`,
  )
}

function checkPrompt({ bundle, receipt }: Claim): Outcome {
  if (bundle.messages === undefined || bundle.salts === undefined) return cannot(PRIVATE)
  const hash = textHash(bundle.salts.prompt, promptText(bundle.messages))
  return says(
    hash === receipt.promptHash,
    'the question is the one that was signed',
    'the question is not the one that was signed',
  )
}

function checkAnswer({ bundle, receipt }: Claim): Outcome {
  if (bundle.answer === undefined || bundle.salts === undefined) return cannot(PRIVATE)
  return says(
    textHash(bundle.salts.answer, bundle.answer) === receipt.answerHash,
    'the answer is the one that was signed',
    'the answer is not the one that was signed',
  )
}

function checkTokens({ bundle }: Claim, data: PublicFacts['tokenPath']): Outcome {
  if (bundle.answer === undefined) return cannot(PRIVATE)
  if (bundle.evidence === null) return cannot('the evidence was not given')
  if ('missing' in data) return cannot(data.missing)
  const { token } = evidenceFromJson(bundle.evidence)
  if (token === null) return cannot('the token path did not run for this answer')
  const problem = tokenPathProblem(bundle.answer, token, data)
  return says(
    problem === null,
    `${token.length} spans found again in ${data.records.size} public records`,
    problem ?? '',
  )
}

const PRIVATE = 'the answer is private; its payer can check it with the receipt file'
