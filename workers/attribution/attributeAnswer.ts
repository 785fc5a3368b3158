import { attributionVector } from '@tributary/protocol/attribution/attributionVector'
import {
  type Evidence,
  evidenceBytes,
  evidenceRoot,
  evidenceToJson,
} from '@tributary/protocol/attribution/evidence'
import { VECTOR_TOTAL_PPM, vectorToHex } from '@tributary/protocol/attribution/vector'
import type { AttributeResult, AttributeSpec } from '@tributary/protocol/messages/attributeJob'
import { snapshotFromJson } from '@tributary/protocol/messages/snapshot'
import type { ParamVersions } from '../chain/paramVersions.ts'
import { type EngineClient, EngineError } from '../engine-client/engineClient.ts'
import { traceSpans } from '../token-index/traceSpans.ts'
import { accountShares } from './answer/accountShares.ts'
import { answerSpans } from './answer/answerSpans.ts'
import type { Candidate } from './candidates/candidate.ts'
import type { CandidateCache } from './candidates/candidateCache.ts'
import { gradientEvidence } from './gradients/gradientEvidence.ts'
import { tokenEvidence } from './tokens/tokenEvidence.ts'

/** Whom the attribution of an answer talks to. */
export interface AttributionParts {
  engine: Pick<EngineClient, 'influence'>
  /** Which tokenizer the engine's ids belong to, 0x-hex. */
  tokenizerHash(): Promise<string>
  candidates: Pick<CandidateCache, 'of'>
  paramsOf: ParamVersions
  /** Keeps evidence, whole, before anything is decided by it; the same evidence twice is kept once. */
  keepEvidence(inferenceNo: bigint, evidence: Evidence, bytes: Uint8Array): Promise<void>
}

interface Found {
  rhoPpm: number
  evidence: Evidence
  offsets: [number, number][]
  records: ReadonlyMap<bigint, Candidate>
}

/**
 * Says which contributions shaped an answer: gathers the evidence of both paths, keeps it, and
 * turns it into shares by the parameters that the answer was priced under. The same job gives the
 * same result.
 */
export async function attributeAnswer(
  parts: AttributionParts,
  spec: AttributeSpec,
  signal: AbortSignal,
): Promise<AttributeResult> {
  const params = await parts.paramsOf(spec.paramsVersion)
  const found = await findEvidence(parts, spec, signal)
  const { rhoPpm, evidence, offsets, records } = found
  await parts.keepEvidence(BigInt(spec.inferenceNo), evidence, evidenceBytes(evidence))
  const vector = attributionVector({ rhoPpm, evidence, params })
  return {
    rhoPpm,
    evidenceRoot: evidenceRoot(evidence),
    evidence: evidenceToJson(evidence),
    vector: vectorToHex(vector),
    spans: answerSpans(evidence.token ?? [], offsets, params, records),
    accounts: accountShares(vector, records.values()),
  }
}

async function findEvidence(
  parts: AttributionParts,
  spec: AttributeSpec,
  signal: AbortSignal,
): Promise<Found> {
  const { adapterHash, featuresHash, messages, answer, temperature, snapshots } = spec
  // The base alone said it, or nothing was said: nobody's record had a part in it.
  if (adapterHash === null || answer === '') return withoutEvidence(VECTOR_TOTAL_PPM)
  const [influence, { records, index }] = await Promise.all([
    parts.engine
      .influence(
        { adapter: adapterHash, features: featuresHash, messages, answer, temperature },
        signal,
      )
      .catch((error) => {
        // The answer's text may take more tokens than the model used for it, and then too many.
        if (error instanceof EngineError && error.code === 'context_length_exceeded') return null
        throw error
      }),
    parts
      .tokenizerHash()
      .then((tokenizerHash) => parts.candidates.of(snapshots.map(snapshotFromJson), tokenizerHash)),
  ])
  // Nobody can say what shaped it, so it is all commons; its receipt must not hold up the others.
  if (influence === null) return withoutEvidence(0)
  const candidate = (recordNo: bigint) => records.get(recordNo) as Candidate
  const spans = traceSpans(
    index,
    influence.answerTokenIds,
    (recordNo) => candidate(recordNo).clusterId,
  )
  const token = tokenEvidence(
    spans.map((span) => ({
      ...span,
      clusters: span.clusters.map(({ clusterId, recordNo }) => ({
        clusterId,
        recordNo,
        accountId: candidate(recordNo).accountId,
      })),
    })),
  )
  const gradient =
    featuresHash === null
      ? null
      : gradientEvidence(
          influence.scores.map(({ recordNo, score }) => ({
            recordNo: BigInt(recordNo),
            score: BigInt(score),
          })),
          records,
        )
  return {
    rhoPpm: influence.rhoPpm,
    evidence: { v: 1, token, gradient },
    offsets: influence.answerOffsets as [number, number][],
    records,
  }
}

function withoutEvidence(rhoPpm: number): Found {
  const evidence: Evidence = { v: 1, token: null, gradient: null }
  return { rhoPpm, evidence, offsets: [], records: new Map() }
}
