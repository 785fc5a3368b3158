import type { AnalyticsClient } from '../client/clickhouse.ts'
import { ch } from '../dialect/ch.ts'
import { openQuery } from '../dialect/openQuery.ts'

export interface DatanetSegmentsParams {
  datanetId: bigint
}

/** A token segment of a Datanet, under whatever tokenizer. */
export interface DatanetSegmentsRow {
  tokenizerHash: string
  seq: bigint
  firstRecordNo: bigint
  lastRecordNo: bigint
  tokens: bigint
  manifestHash: string
}

/** All token segments of a Datanet: what anybody needs to find its token path again. */
export async function datanetSegments(
  client: AnalyticsClient,
  { datanetId }: DatanetSegmentsParams,
): Promise<DatanetSegmentsRow[]> {
  return openQuery(client, { name: 'datanetSegments', seconds: 2 })
    .selectFrom('segment as s')
    .select([
      's.tokenizer_hash as tokenizerHash',
      's.seq',
      's.first_record_no as firstRecordNo',
      's.last_record_no as lastRecordNo',
      's.tokens',
      's.manifest_hash as manifestHash',
    ])
    .distinct()
    .where('s.datanet_id', '=', ch.u64(datanetId))
    .orderBy('s.tokenizer_hash')
    .orderBy('s.seq')
    .execute()
}
