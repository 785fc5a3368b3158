import { BASE_ACCOUNT, COMMONS_ACCOUNT } from '../ids/accounts.ts'
import { checkEvidence, type Evidence, EvidenceError } from './evidence.ts'
import { gradientPath } from './gradientPath.ts'
import { compareIds, largestRemainder } from './largestRemainder.ts'
import { checkParams, type Params } from './params.ts'
import { ALL_COMMONS, clusterPayees, type PathShares } from './pathShares.ts'
import { tokenPath } from './tokenPath.ts'
import { checkVector, VECTOR_TOTAL_PPM, type VectorEntry } from './vector.ts'

/** Everything the payment rule depends on. */
export interface AttributionInput {
  /** ⌊10⁶·ρ⌋: how far the base model alone would have said the same. */
  rhoPpm: number
  evidence: Evidence
  params: Params
}

/** The parts of an answer, path by path; entries of one path sum to its budget. */
export interface AttributionByPath {
  basePpm: number
  token: VectorEntry[]
  gradient: VectorEntry[]
}

/**
 * The payment rule: evidence, ρ and parameters in, parts of a million out. The base model's part
 * comes first; the rest is divided between the paths by their governed weights; each path gives
 * entries and its own commons. All by integers, so that anybody computes the same.
 *
 * @returns sorted by (accountId, clusterId), Σ ppm = 1,000,000
 */
export function attributionVector(input: AttributionInput): VectorEntry[] {
  const { basePpm, token, gradient } = attributionByPath(input)
  const base = { accountId: BASE_ACCOUNT, clusterId: 0n, ppm: basePpm }
  const merged = new Map<string, VectorEntry>()
  for (const entry of [base, ...token, ...gradient]) {
    const key = `${entry.accountId}:${entry.clusterId}`
    const known = merged.get(key)
    merged.set(key, known === undefined ? entry : { ...entry, ppm: known.ppm + entry.ppm })
  }
  const vector = [...merged.values()].filter(({ ppm }) => ppm > 0).sort(compareIds)
  checkVector(vector)
  return vector
}

/** The same parts before the paths are added up, for those who want to show where each is from. */
export function attributionByPath({
  rhoPpm,
  evidence,
  params,
}: AttributionInput): AttributionByPath {
  checkEvidence(evidence)
  checkParams(params)
  if (!Number.isInteger(rhoPpm) || rhoPpm < 0 || rhoPpm > VECTOR_TOTAL_PPM) {
    throw new EvidenceError(`the base model's part is ${rhoPpm} ppm`, {
      code: 'evidence_rho',
      hint: 'It must be a whole number from 0 to 1000000.',
    })
  }
  const payees = clusterPayees(evidence)
  const [gradientBudget = 0, tokenBudget = 0] = largestRemainder(VECTOR_TOTAL_PPM - rhoPpm, [
    { accountId: 0n, clusterId: 0n, weight: BigInt(params.pathWeightsPpm.gradient) },
    { accountId: 0n, clusterId: 1n, weight: BigInt(params.pathWeightsPpm.token) },
  ])
  const token = evidence.token === null ? ALL_COMMONS : tokenPath(evidence.token, payees, params)
  const gradient =
    evidence.gradient === null ? ALL_COMMONS : gradientPath(evidence.gradient, payees, params)
  return {
    basePpm: rhoPpm,
    token: divide(tokenBudget, token),
    gradient: divide(gradientBudget, gradient),
  }
}

function divide(budget: number, shares: PathShares): VectorEntry[] {
  const claims = [
    { accountId: COMMONS_ACCOUNT, clusterId: 0n, weight: shares.commons },
    ...shares.entries,
  ]
  const parts = largestRemainder(budget, claims)
  return claims
    .map(({ accountId, clusterId }, at) => ({ accountId, clusterId, ppm: parts[at] as number }))
    .filter(({ ppm }) => ppm > 0)
    .sort(compareIds)
}
