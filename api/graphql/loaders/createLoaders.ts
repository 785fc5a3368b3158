import { accountLabels } from '@tributary/analytics/queries/accountLabels'
import type { RecordFactsRow } from '@tributary/analytics/queries/recordColumns'
import { recordsByNos } from '@tributary/analytics/queries/recordsByNos'
import { readRecord } from '@tributary/protocol/records/readRecord'
import { recordText } from '@tributary/protocol/records/recordText'
import DataLoader from 'dataloader'
import { readContent } from '../../content/contentClient.ts'
import type { Parts } from '../../http/Parts.ts'
import {
  ACCOUNT,
  type AccountRow,
  DATANET,
  type DatanetRow,
  MODEL,
  type ModelRow,
} from '../chainRows.ts'

/** What a Datanet says of itself; nulls where its metadata cannot be read. */
export interface DatanetMeta {
  name: string | null
  description: string | null
}

export interface Loaders {
  account: DataLoader<string, AccountRow | null>
  datanet: DataLoader<string, DatanetRow | null>
  model: DataLoader<string, ModelRow | null>
  label: DataLoader<string, string | null>
  record: DataLoader<string, RecordFactsRow | null>
  recordText: DataLoader<string, string | null>
  datanetMeta: DataLoader<string, DatanetMeta>
}

/** One batch a request and kind of thing, whatever the shape of the query. */
export function createLoaders(parts: Parts): Loaders {
  const { subgraph, analytics, configuration } = parts
  const byId = <Row>(field: string, rows: string, key: (row: Row) => string) =>
    new DataLoader<string, Row | null>(async (ids) => {
      const answer = await subgraph.query<Record<string, Row[]>>(
        `query ($ids: [ID!]!) { ${field}(first: 1000, where: { id_in: $ids }) { ${rows} } }`,
        { ids: [...ids] },
      )
      const found = new Map((answer[field] ?? []).map((row) => [key(row), row]))
      return ids.map((id) => found.get(id) ?? null)
    })
  return {
    account: byId<AccountRow>('accounts', ACCOUNT, ({ accountId }) => accountId),
    datanet: byId<DatanetRow>('datanets', DATANET, ({ datanetId }) => datanetId),
    model: byId<ModelRow>('models', MODEL, ({ modelId }) => modelId),
    label: new DataLoader<string, string | null>(async (ids) => {
      const rows = await accountLabels(analytics, { accountIds: ids.map(BigInt) })
      const found = new Map(rows.map((row) => [row.accountId.toString(), row.label]))
      return ids.map((id) => RESERVED.get(id) ?? found.get(id) ?? null)
    }),
    record: new DataLoader<string, RecordFactsRow | null>(async (ids) => {
      const rows = await recordsByNos(analytics, { recordNos: ids.map(BigInt) })
      const found = new Map(rows.map((row) => [row.recordNo.toString(), row]))
      return ids.map((id) => found.get(id) ?? null)
    }),
    recordText: new DataLoader<string, string | null>((hashes) =>
      Promise.all(
        hashes.map(async (hash) => {
          try {
            return recordText(readRecord(await readContent(configuration.casUrl, hash)))
          } catch {
            // Erased, or the store is away: the page shows the record without its text.
            return null
          }
        }),
      ),
    ),
    datanetMeta: new DataLoader<string, DatanetMeta>((hashes) =>
      Promise.all(
        hashes.map(async (hash) => {
          try {
            const bytes = await readContent(configuration.casUrl, hash)
            const meta = JSON.parse(new TextDecoder().decode(bytes)) as Partial<DatanetMeta>
            return { name: meta.name ?? null, description: meta.description ?? null }
          } catch {
            return { name: null, description: null }
          }
        }),
      ),
    ),
  }
}

const RESERVED = new Map([
  ['1', 'treasury'],
  ['2', 'commons'],
  ['3', 'base model'],
])
