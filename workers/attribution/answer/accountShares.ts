import type { VectorEntry } from '@tributary/protocol/attribution/vector'
import { BASE_ACCOUNT, COMMONS_ACCOUNT, TREASURY_ACCOUNT } from '@tributary/protocol/ids/accounts'
import type { Candidate } from '../candidates/candidate.ts'

/** What one account gets of an answer, all its clusters together. */
export interface AccountShare {
  accountId: string
  label: string
  ppm: number
}

const RESERVED_LABELS = new Map([
  [TREASURY_ACCOUNT, 'treasury'],
  [COMMONS_ACCOUNT, 'commons'],
  [BASE_ACCOUNT, 'base model'],
])

/**
 * The vector added up by account, largest share first, ids ascending among equals. An account is
 * called what the first of its records in the vector's clusters is called.
 *
 * @param candidates by record number
 */
export function accountShares(
  vector: readonly VectorEntry[],
  candidates: Iterable<Candidate>,
): AccountShare[] {
  const earliest = new Map<string, Candidate>()
  for (const candidate of candidates) {
    const key = `${candidate.accountId}:${candidate.clusterId}`
    const known = earliest.get(key)
    if (known === undefined || candidate.recordNo < known.recordNo) earliest.set(key, candidate)
  }
  const shares = new Map<bigint, { label: string; ppm: number }>()
  for (const { accountId, clusterId, ppm } of vector) {
    const share = shares.get(accountId)
    if (share !== undefined) share.ppm += ppm
    else {
      const label =
        RESERVED_LABELS.get(accountId) ?? earliest.get(`${accountId}:${clusterId}`)?.label ?? ''
      shares.set(accountId, { label, ppm })
    }
  }
  return [...shares]
    .sort(([leftId, left], [rightId, right]) => right.ppm - left.ppm || (leftId < rightId ? -1 : 1))
    .map(([accountId, { label, ppm }]) => ({ accountId: accountId.toString(), label, ppm }))
}
