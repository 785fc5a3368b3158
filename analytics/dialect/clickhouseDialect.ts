import {
  type DatabaseIntrospector,
  type Dialect,
  DialectAdapterBase,
  type Driver,
  type QueryCompiler,
} from 'kysely'
import { AnalyticsError } from '../client/AnalyticsError.ts'
import type { AnalyticsClient } from '../client/clickhouse.ts'
import { ClickHouseCompiler } from './ClickHouseCompiler.ts'
import { ClickHouseDriver, type QueryBudget } from './ClickHouseDriver.ts'

/**
 * Kysely's queries on ClickHouse: reads only, every value a typed parameter of the server (`ch`),
 * every answer decoded without loss.
 */
export class ClickHouseDialect implements Dialect {
  readonly #client: AnalyticsClient
  readonly #budget: QueryBudget

  constructor(client: AnalyticsClient, budget: QueryBudget) {
    this.#client = client
    this.#budget = budget
  }

  createAdapter(): DialectAdapterBase {
    return new ClickHouseAdapter()
  }

  createDriver(): Driver {
    return new ClickHouseDriver(this.#client, this.#budget)
  }

  createQueryCompiler(): QueryCompiler {
    return new ClickHouseCompiler()
  }

  createIntrospector(): DatabaseIntrospector {
    throw new AnalyticsError('tables are not introspected', {
      code: 'analytics_dialect',
      hint: 'They are described in analytics/tables.',
    })
  }
}

class ClickHouseAdapter extends DialectAdapterBase {
  override async acquireMigrationLock(): Promise<never> {
    throw noMigrations()
  }

  override async releaseMigrationLock(): Promise<never> {
    throw noMigrations()
  }
}

function noMigrations(): AnalyticsError {
  return new AnalyticsError("Kysely's migrations do not run on ClickHouse", {
    code: 'analytics_dialect',
    hint: 'Use analytics/migrate.',
  })
}
