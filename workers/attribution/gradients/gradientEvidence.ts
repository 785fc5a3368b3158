import { type GradientScore, MAX_EVIDENCE_ROWS } from '@tributary/protocol/attribution/evidence'
import { TributaryError } from '@tributary/protocol/errors/tributaryError'
import type { Candidate } from '../candidates/candidate.ts'

/** The engine scored a record that the model was not trained on. */
export class UnknownRecordError extends TributaryError {}

/** One record's score as the engine gives it. */
export interface RecordScore {
  recordNo: bigint
  /** Fixed point, 1e-9 units. */
  score: bigint
}

/**
 * Scores as they are stored: by record number, at most `limit` of them, those nearest to zero left
 * out first.
 */
export function gradientEvidence(
  scores: readonly RecordScore[],
  candidates: ReadonlyMap<bigint, Candidate>,
  limit: number = MAX_EVIDENCE_ROWS,
): GradientScore[] {
  return [...scores]
    .sort(byStrength)
    .slice(0, limit)
    .map(({ recordNo, score }) => {
      const candidate = candidates.get(recordNo)
      if (candidate === undefined) {
        throw new UnknownRecordError(`record ${recordNo} was scored but is no candidate`, {
          code: 'attribution_record',
          hint: 'The features were computed over other records than the snapshots on chain name.',
        })
      }
      return { recordNo, clusterId: candidate.clusterId, accountId: candidate.accountId, score }
    })
    .sort((left, right) => (left.recordNo < right.recordNo ? -1 : 1))
}

function byStrength(left: RecordScore, right: RecordScore): number {
  const difference = magnitude(right.score) - magnitude(left.score)
  if (difference !== 0n) return difference > 0n ? 1 : -1
  return left.recordNo < right.recordNo ? -1 : 1
}

function magnitude(score: bigint): bigint {
  return score < 0n ? -score : score
}
