import { readBuild } from '../manifest/readBuild.ts'
import type { SubgraphBuild } from '../manifest/subgraphBuild.ts'
import type { RunningIndexer } from '../startIndexer.ts'
import { LEDGER, type LedgerChain } from './ledgerChain.ts'
import type { TestPostgres } from './startPostgres.ts'
import { startTestIndexer } from './startTestIndexer.ts'

/** The test subgraph, bound to a chain's contract. */
export function ledgerBuild(chain: LedgerChain): Promise<SubgraphBuild> {
  return readBuild(`${LEDGER}/build`, {
    local: { Ledger: { address: chain.address, startBlock: 1 } },
  })
}

/** Indexes the test subgraph into a database of the given name. */
export async function indexLedger(
  chain: LedgerChain,
  postgres: TestPostgres,
  database: string,
  build?: SubgraphBuild,
): Promise<RunningIndexer> {
  return startTestIndexer({
    build: build ?? (await ledgerBuild(chain)),
    name: 'ledger',
    rpcUrl: chain.url,
    databaseUrl: postgres.url,
    database,
  })
}

/** Waits until the indexer stands on the chain's newest block. */
export async function untilIndexed(indexer: RunningIndexer, chain: LedgerChain): Promise<void> {
  const { hash } = await chain.rpc.call<{ hash: string }>('eth_getBlockByNumber', 'latest', false)
  await until(() => indexer.runner.head?.hash === hash, `block ${hash} is indexed`)
}

/** Waits for a condition, up to 20 seconds. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
): Promise<void> {
  const end = Date.now() + 20_000
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Asks the indexer's GraphQL route; the answer's `data`. */
export async function query<Data>(url: string, name: string, text: string): Promise<Data> {
  const response = await fetch(`${url}/subgraphs/name/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: text }),
  })
  const { data, errors } = (await response.json()) as { data?: Data; errors?: unknown }
  if (errors !== undefined || data === undefined) throw new Error(JSON.stringify(errors))
  return data
}
