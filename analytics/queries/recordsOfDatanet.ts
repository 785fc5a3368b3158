import { sql } from 'kysely'
import type { AnalyticsClient } from '../client/clickhouse.ts'
import { ch } from '../dialect/ch.ts'
import { openQuery } from '../dialect/openQuery.ts'
import { type RecordFactsRow, recordColumns } from './recordColumns.ts'

export interface RecordsOfDatanetParams {
  datanetIds: readonly bigint[]
  /** Only records behind this one: the next page goes on where the last ended. */
  afterRecord?: bigint
  /** Only records up to this one, for a snapshot of a Datanet. */
  throughRecord?: bigint
  /** Records a Datanet at most. */
  limit: number
}

/** The records of Datanets in the order of their numbers. */
export async function recordsOfDatanet(
  client: AnalyticsClient,
  { datanetIds, afterRecord, throughRecord, limit }: RecordsOfDatanetParams,
): Promise<RecordFactsRow[]> {
  const db = openQuery(client, { name: 'recordsOfDatanet', seconds: 3 })
  // Doubled rows are removed first, so that they do not take places of the page.
  const once = db
    .selectFrom('record as r')
    .select(recordColumns)
    .where('r.datanet_id', 'in', ch.u64s(datanetIds))
    .$if(afterRecord !== undefined, (query) =>
      query.where('r.record_no', '>', ch.u64(afterRecord as bigint)),
    )
    .$if(throughRecord !== undefined, (query) =>
      query.where('r.record_no', '<=', ch.u64(throughRecord as bigint)),
    )
    .modifyEnd(sql`limit 1 by r.record_no`)
  return db
    .selectFrom(once.as('once'))
    .selectAll()
    .orderBy('datanetId')
    .orderBy('recordNo')
    .modifyEnd(sql`limit ${ch.u32(limit)} by datanetId`)
    .execute()
}
