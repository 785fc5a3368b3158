/** The host as a process of its own, to be killed: settings are JSON in its first argument. */
import { readBuild } from '../../manifest/readBuild.ts'
import { startIndexer } from '../../startIndexer.ts'
import type { HostSettings } from './killableHost.ts'

const { folder, networks, ...settings } = JSON.parse(process.argv[2]) as HostSettings
const build = await readBuild(folder, networks)
const indexer = await startIndexer({
  ...settings,
  build,
  host: '127.0.0.1',
  port: 0,
  log: (level, message) => console.log(`${level}: ${message}`),
  runner: { pollMs: 80, shorterChainMs: 300, maxRetryMs: 300 },
  rpc: { retryMs: 30 },
})
console.log(`url: ${indexer.server.url}`)
const parent = process.ppid
setInterval(() => {
  // Nobody would ever stop it after its parent was killed.
  if (process.ppid !== parent) process.exit(1)
}, 1_000).unref()
