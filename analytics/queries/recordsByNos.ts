import { sql } from 'kysely'
import type { AnalyticsClient } from '../client/clickhouse.ts'
import { ch } from '../dialect/ch.ts'
import { openQuery } from '../dialect/openQuery.ts'
import { type RecordFactsRow, recordColumns } from './recordColumns.ts'

export interface RecordsByNosParams {
  recordNos: readonly bigint[]
}

/** Facts about records by their numbers. */
export async function recordsByNos(
  client: AnalyticsClient,
  { recordNos }: RecordsByNosParams,
): Promise<RecordFactsRow[]> {
  return openQuery(client, { name: 'recordsByNos', seconds: 2 })
    .selectFrom('record as r')
    .select(recordColumns)
    .where('r.record_no', 'in', ch.u64s(recordNos))
    .orderBy('r.record_no')
    .modifyEnd(sql`limit 1 by r.record_no`)
    .execute()
}
