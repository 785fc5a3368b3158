import type { AnalyticsClient } from '@tributary/analytics/client/clickhouse'
import type { Configuration } from '@tributary/protocol/config/configuration'
import type { JsonRpcProvider } from 'ethers'
import type { Kysely } from 'kysely'
import type { ChainFacts } from '../chain/chainFacts.ts'
import type { AppDatabase } from '../database/schema.ts'
import type { ModelCatalogue } from '../gateway/modelCatalogue.ts'
import type { Reservations } from '../gateway/Reservations.ts'
import type { SubgraphClient } from '../subgraph/subgraphClient.ts'

/** Everything that a request can need, once all of it is there. */
export interface Parts {
  configuration: Configuration
  provider: JsonRpcProvider
  database: Kysely<AppDatabase>
  chain: ChainFacts
  subgraph: SubgraphClient
  analytics: AnalyticsClient
  catalogue: ModelCatalogue
  reservations: Reservations
  engineUrl: string
  metered: () => void
}
