import { sql } from 'kysely'
import type { AnalyticsClient } from '../client/clickhouse.ts'
import { ch } from '../dialect/ch.ts'
import { openQuery } from '../dialect/openQuery.ts'
import { type RecordFactsRow, recordColumns } from './recordColumns.ts'

export interface RecordsByIdsParams {
  /** 0x-hex hashes of the records' bytes. */
  recordIds: readonly string[]
}

/** Facts about records by the hash of their bytes; the same bytes may have several numbers. */
export async function recordsByIds(
  client: AnalyticsClient,
  { recordIds }: RecordsByIdsParams,
): Promise<RecordFactsRow[]> {
  return openQuery(client, { name: 'recordsByIds', seconds: 2 })
    .selectFrom('record as r')
    .select(recordColumns)
    .where('r.record_id', 'in', ch.texts(recordIds.map((id) => id.toLowerCase())))
    .orderBy('r.record_no')
    .modifyEnd(sql`limit 1 by r.record_no`)
    .execute()
}
