import { attributionVector } from '@tributary/protocol/attribution/attributionVector'
import {
  type Evidence,
  evidenceRoot,
  evidenceToJson,
} from '@tributary/protocol/attribution/evidence'
import type { Params } from '@tributary/protocol/attribution/params'
import { vectorToHex } from '@tributary/protocol/attribution/vector'
import type { AttributeResult } from '@tributary/protocol/messages/attributeJob'

/**
 * What stands for an answer whose attribution failed for good: no evidence, so the whole pool is
 * the commons'. The answer was given and paid, and its number must not leave a gap.
 */
export function unattributed(params: Params): AttributeResult {
  const evidence: Evidence = { v: 1, token: null, gradient: null }
  const vector = attributionVector({ rhoPpm: 0, evidence, params })
  return {
    rhoPpm: 0,
    evidence: evidenceToJson(evidence),
    evidenceRoot: evidenceRoot(evidence),
    vector: vectorToHex(vector),
    spans: [],
    accounts: vector.map(({ accountId, ppm }) => ({
      accountId: accountId.toString(),
      label: 'commons',
      ppm,
    })),
  }
}
