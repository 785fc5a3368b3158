import { sql } from 'kysely'
import type { AnalyticsClient } from '../client/clickhouse.ts'
import { ch } from '../dialect/ch.ts'
import { openQuery } from '../dialect/openQuery.ts'
import type { LedgerLineRow } from './inferenceLines.ts'
import { ledgerColumns } from './ledgerColumns.ts'

export interface EpochLinesParams {
  epochId: number
  /** The last line of the page before. */
  after?: { inferenceNo: bigint; lineNo: number }
  limit: number
}

/** The lines of an epoch in the ledger's order, page by page. */
export async function epochLines(
  client: AnalyticsClient,
  { epochId, after, limit }: EpochLinesParams,
): Promise<LedgerLineRow[]> {
  return openQuery(client, { name: 'epochLines', seconds: 3 })
    .selectFrom('ledger as l')
    .select(ledgerColumns)
    .where('l.epoch_id', '=', ch.u32(epochId))
    .$if(after !== undefined, (query) =>
      query.where(
        sql<boolean>`(l.inference_no, l.line_no) > (${ch.u64(after?.inferenceNo ?? 0n)}, ${ch.u16(after?.lineNo ?? 0)})`,
      ),
    )
    .orderBy('l.inference_no')
    .orderBy('l.line_no')
    .orderBy('l.sign', 'desc')
    .limit(ch.u32(limit))
    .execute()
}
