import type { AnalyticsClient } from '@tributary/analytics/client/clickhouse'

/** Ids of a Datanet's contributions whose records have their rows. */
export async function ingestedContributions(
  client: AnalyticsClient,
  datanetId: bigint,
): Promise<ReadonlySet<bigint>> {
  const result = await client.query({
    query: `SELECT DISTINCT contribution_id FROM tributary.record
            WHERE datanet_id = {datanetId: UInt64}`,
    query_params: { datanetId: datanetId.toString() },
    format: 'JSONEachRow',
  })
  const rows = await result.json<{ contribution_id: string }>()
  return new Set(rows.map((row) => BigInt(row.contribution_id)))
}
