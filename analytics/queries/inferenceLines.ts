import type { LedgerPath, LedgerRole } from '@tributary/protocol/fees/inferenceLines'
import type { AnalyticsClient } from '../client/clickhouse.ts'
import { ch } from '../dialect/ch.ts'
import { openQuery } from '../dialect/openQuery.ts'
import { ledgerColumns } from './ledgerColumns.ts'

export interface InferenceLinesParams {
  inferenceNos: readonly bigint[]
}

/** A line of the ledger; a correction is the same line with sign −1. */
export interface LedgerLineRow {
  inferenceNo: bigint
  lineNo: number
  ts: Date
  serviceId: number
  batchId: bigint
  epochId: number
  paramsVersion: number
  role: LedgerRole
  path: LedgerPath
  modelId: bigint
  datanetId: bigint
  contributionId: bigint
  recordNo: bigint
  clusterId: bigint
  accountId: bigint
  ppm: number
  wei: bigint
  sign: number
}

/** All lines of the ledger for some inferences, in the ledger's order. */
export async function inferenceLines(
  client: AnalyticsClient,
  { inferenceNos }: InferenceLinesParams,
): Promise<LedgerLineRow[]> {
  return openQuery(client, { name: 'inferenceLines', seconds: 2 })
    .selectFrom('ledger as l')
    .select(ledgerColumns)
    .where('l.inference_no', 'in', ch.u64s(inferenceNos))
    .orderBy('l.inference_no')
    .orderBy('l.line_no')
    .orderBy('l.sign', 'desc')
    .execute()
}
