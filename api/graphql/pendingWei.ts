import { inferencesByNos } from '@tributary/analytics/queries/inferencesByNos'
import { batchEntryFromJson } from '@tributary/protocol/batches/batchBody'
import { inferenceLines } from '@tributary/protocol/fees/inferenceLines'
import type { Parts } from '../http/Parts.ts'
import { inferenceRows } from '../receipts/inferenceRow.ts'

/** Answers that are looked at for what has not reached the ledger yet. */
const LATEST = 500

/** Wei of an account in attributed answers that the ledger does not hold yet. */
export async function pendingWei(parts: Parts, accountId: string): Promise<bigint> {
  const rows = await inferenceRows(parts.database, { limit: LATEST })
  if (rows.length === 0) return 0n
  const mirrored = new Set(
    (
      await inferencesByNos(parts.analytics, {
        inferenceNos: rows.map((row) => BigInt(row.inference_no)),
      })
    ).map(({ inferenceNo }) => inferenceNo.toString()),
  )
  let pending = 0n
  for (const row of rows) {
    if (!row.entry || mirrored.has(row.inference_no)) continue
    const params = await parts.chain.paramsOf(row.params_version)
    for (const line of inferenceLines(batchEntryFromJson(row.entry), params)) {
      if (line.accountId.toString() === accountId) pending += line.wei
    }
  }
  return pending
}
