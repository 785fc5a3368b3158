import { sql } from 'kysely'
import type { AnalyticsClient } from '../client/clickhouse.ts'
import { ch } from '../dialect/ch.ts'
import { openQuery } from '../dialect/openQuery.ts'

export interface SegmentsOfDatanetParams {
  datanetIds: readonly bigint[]
  tokenizerHash: string
}

/** A token segment of a Datanet; its manifest lies in the content store. */
export interface SegmentsOfDatanetRow {
  datanetId: bigint
  seq: bigint
  firstRecordNo: bigint
  lastRecordNo: bigint
  tokens: bigint
  manifestHash: string
}

/** The token segments of Datanets under one tokenizer, in their order. */
export async function segmentsOfDatanet(
  client: AnalyticsClient,
  { datanetIds, tokenizerHash }: SegmentsOfDatanetParams,
): Promise<SegmentsOfDatanetRow[]> {
  return openQuery(client, { name: 'segmentsOfDatanet', seconds: 2 })
    .selectFrom('segment as s')
    .select([
      's.datanet_id as datanetId',
      's.seq',
      's.first_record_no as firstRecordNo',
      's.last_record_no as lastRecordNo',
      's.tokens',
      's.manifest_hash as manifestHash',
    ])
    .where('s.datanet_id', 'in', ch.u64s(datanetIds))
    .where('s.tokenizer_hash', '=', ch.text(tokenizerHash.toLowerCase()))
    .orderBy('s.datanet_id')
    .orderBy('s.seq')
    .modifyEnd(sql`limit 1 by s.datanet_id, s.seq`)
    .execute()
}
