/** Which rooms a room may import, beside itself. Everything else meets over HTTP or by process. */
export const ALLOWED: Record<string, string[]> = {
  protocol: [],
  contracts: ['protocol'],
  subgraph: [],
  indexer: [],
  analytics: ['protocol'],
  storage: ['protocol'],
  workers: ['protocol', 'contracts', 'analytics', 'storage'],
  api: ['protocol', 'contracts', 'analytics'],
  dashboards: ['protocol'],
  cli: ['protocol', 'contracts'],
  stack: ['protocol'],
  test: ['protocol', 'contracts', 'analytics', 'storage', 'stack', 'cli'],
}
