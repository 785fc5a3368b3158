import type { ApiClient } from '../apiClient.ts'

const QUERY = `query ($id: BigInt!) {
  datanet(id: $id) { name recordCount indexedRecords }
}`

interface Answer {
  datanet: { name: string; recordCount: number; indexedRecords: string } | null
}

/** Waits until the ingest stage has verified, clustered and tokenised every record of the Datanets. */
export async function awaitIndexed(
  api: ApiClient,
  datanets: readonly bigint[],
  progress: (data: Record<string, unknown>) => void,
): Promise<number> {
  for (;;) {
    let indexed = 0
    let wanted = 0
    for (const id of datanets) {
      const { datanet } = await api.graphql<Answer>(QUERY, { id: id.toString() })
      indexed += Number(datanet?.indexedRecords ?? 0)
      wanted += datanet?.recordCount ?? 1
    }
    progress({ indexed, of: wanted })
    if (indexed >= wanted) return indexed
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
}
