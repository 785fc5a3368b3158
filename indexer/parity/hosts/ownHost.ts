import { readBuild } from '../../manifest/readBuild.ts'
import { type RunningIndexer, startIndexer } from '../../startIndexer.ts'
import { PUBLISHED } from '../chain/publishedFiles.ts'
import { HostRoutes } from './hostRoutes.ts'
import type { ParityHost } from './parityHost.ts'

/** This host, in this process. */
export class OwnHost implements ParityHost {
  readonly #databaseUrl: string
  readonly #rpcUrl: string
  #running: RunningIndexer | null = null
  #routes: HostRoutes | null = null

  /** @param databaseUrl any database of a cluster. */
  constructor(databaseUrl: string, rpcUrl: string) {
    this.#databaseUrl = databaseUrl
    this.#rpcUrl = rpcUrl
  }

  async deploy(name: string, folder: string): Promise<string> {
    const build = await readBuild(folder)
    if (this.#running) {
      await this.#running.host.deploy(name, build)
      return build.id
    }
    this.#running = await startIndexer({
      build,
      name,
      rpcUrl: this.#rpcUrl,
      databaseUrl: this.#databaseUrl,
      database: 'parity',
      host: '127.0.0.1',
      port: 0,
      log: () => {},
      runner: { pollMs: 1000 },
    })
    for (const { bytes } of PUBLISHED) await this.#running.host.content.add(bytes)
    const { url } = this.#running.server
    this.#routes = new HostRoutes(url, `${url}/graphql`)
    return build.id
  }

  query: HostRoutes['query'] = (id, query) => this.#started().query(id, query)

  status<Data>(query: string): Promise<Data> {
    return this.#started().status(query)
  }

  async stop(): Promise<void> {
    await this.#running?.stop()
  }

  #started(): HostRoutes {
    if (!this.#routes) throw new Error('nothing is deployed on this host yet')
    return this.#routes
  }
}
