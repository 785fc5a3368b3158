import type { RunningServer } from '../../http/server.ts'
import { readBuild, readUploadedBuild } from '../../manifest/readBuild.ts'
import type { SubgraphBuild } from '../../manifest/subgraphBuild.ts'
import { type RunningIndexer, startIndexer } from '../../startIndexer.ts'
import { AdminRpc } from '../../testing/graphNode/adminRpc.ts'
import type { Upload } from '../../testing/graphNode/uploadOf.ts'
import { PUBLISHED } from '../chain/publishedFiles.ts'
import { contentOf, uploadVariant } from '../refusals/uploadVariant.ts'
import { HostRoutes } from './hostRoutes.ts'
import type { ParityHost } from './parityHost.ts'
import { refusalOf } from './refusalOf.ts'

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
    if (this.#running) await this.#running.host.deploy(name, build)
    else await this.#start(name, build)
    return build.id
  }

  async refusal({ id, files }: Upload): Promise<unknown> {
    const { admin } = this.#running ?? (await this.#start('refusals/base', await readBase()))
    const url = (admin as RunningServer).url
    const form = new FormData()
    for (const [name, bytes] of files) form.append('file', new Blob([Buffer.from(bytes)]), name)
    await fetch(`${url}/api/v0/add`, { method: 'POST', body: form })
    return refusalOf(new AdminRpc(url), id)
  }

  query: HostRoutes['query'] = (id, query) => this.#started().query(id, query)

  status<Data>(query: string): Promise<Data> {
    return this.#started().status(query)
  }

  async stop(): Promise<void> {
    await this.#running?.stop()
  }

  async #start(name: string, build: SubgraphBuild): Promise<RunningIndexer> {
    this.#running = await startIndexer({
      build,
      name,
      rpcUrl: this.#rpcUrl,
      databaseUrl: this.#databaseUrl,
      database: 'parity',
      host: '127.0.0.1',
      port: 0,
      admin: { host: '127.0.0.1', port: 0 },
      log: () => {},
      runner: { pollMs: 1000 },
    })
    for (const { bytes } of PUBLISHED) await this.#running.host.content.add(bytes)
    const { url } = this.#running.server
    this.#routes = new HostRoutes(url, `${url}/graphql`)
    return this.#running
  }

  #started(): HostRoutes {
    if (!this.#routes) throw new Error('nothing is deployed on this host yet')
    return this.#routes
  }
}

/** What the variants that are to be refused are variants of. */
async function readBase(): Promise<SubgraphBuild> {
  const upload = await uploadVariant({ name: 'base' })
  return readUploadedBuild(upload.id, contentOf(upload))
}
