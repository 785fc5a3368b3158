import { type IndexerOptions, type RunningIndexer, startIndexer } from '../startIndexer.ts'

type Given = 'build' | 'name' | 'rpcUrl' | 'databaseUrl' | 'database'

/** An indexer on a free port that looks at the chain all the time and says nothing. */
export function startTestIndexer(
  options: Pick<IndexerOptions, Given> & Partial<IndexerOptions>,
): Promise<RunningIndexer> {
  return startIndexer({
    host: '127.0.0.1',
    port: 0,
    log: () => {},
    runner: { pollMs: 25, shorterChainMs: 300 },
    ...options,
  })
}
