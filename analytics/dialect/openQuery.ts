import { Kysely } from 'kysely'
import type { AnalyticsClient } from '../client/clickhouse.ts'
import type { RowOf } from '../tables/column.ts'
import type { rollups } from '../tables/rollups.ts'
import type { TableName, TableRow } from '../tables/tables.ts'
import type { QueryBudget } from './ClickHouseDriver.ts'
import { ClickHouseDialect } from './clickhouseDialect.ts'

type RollupName = keyof typeof rollups

/** Every table of the database with its rows. */
export type AnalyticsDatabase = { [Name in TableName]: TableRow<Name> } & {
  [Name in RollupName]: RowOf<(typeof rollups)[Name]>
}

/** A query builder over the tables, for one named query and what it may use up. */
export function openQuery(client: AnalyticsClient, budget: QueryBudget): Kysely<AnalyticsDatabase> {
  return new Kysely<AnalyticsDatabase>({
    dialect: new ClickHouseDialect(client, budget),
  }).withSchema('tributary')
}
