import { DatabaseError } from 'pg'
import type { ChainBlock } from '../chain/chainTypes.ts'
import type { ContentSource } from '../content/contentSource.ts'
import { DatabaseContent } from '../content/databaseContent.ts'
import { firstContent } from '../content/firstContent.ts'
import type { Deployment } from '../graphql/deployment.ts'
import { firstStartBlock } from '../manifest/firstStartBlock.ts'
import { ManifestError } from '../manifest/manifestError.ts'
import { readUploadedBuild } from '../manifest/readBuild.ts'
import type { SubgraphBuild } from '../manifest/subgraphBuild.ts'
import { DeploymentStore } from '../store/deploymentStore.ts'
import { findDeployment } from '../store/findDeployment.ts'
import { GraftError } from '../store/graft/graftError.ts'
import { graftProblem } from '../store/graft/graftProblem.ts'
import { removeUnused } from '../store/removeUnused.ts'
import { SubgraphNames } from '../store/subgraphNames.ts'
import { HostedDeployment, type HostResources } from './hostedDeployment.ts'
import { RegistrarError } from './registrarError.ts'

/** Name of the indexing node that this process is, unless it is told another. */
export const DEFAULT_NODE = 'default'

/** What a {@link SubgraphHost} runs on. */
export interface SubgraphHostOptions extends Omit<HostResources, 'content'> {
  readonly node?: string
  /** An IPFS node or gateway that is asked for files which were not uploaded here. */
  readonly ipfs?: ContentSource | undefined
}

/** The deployments of one process: made, served, indexed, paused and removed by name or id. */
export class SubgraphHost {
  /** Files that were uploaded: those of subgraphs, and those that their data sources wait for. */
  readonly content: DatabaseContent
  readonly #options: SubgraphHostOptions & HostResources
  readonly #node: string
  readonly #names: SubgraphNames
  readonly #hosted = new Map<string, HostedDeployment>()
  /** Ends when the changes asked for so far are made: they are made one after the other. */
  #changes: Promise<unknown> = Promise.resolve()

  constructor(options: SubgraphHostOptions) {
    this.content = new DatabaseContent(options.pool)
    const content = options.ipfs ? firstContent([this.content, options.ipfs]) : this.content
    this.#options = { ...options, content }
    this.#node = options.node ?? DEFAULT_NODE
    this.#names = new SubgraphNames(options.pool)
  }

  /** The deployments of this moment, as the query side sees them. */
  get deployments(): readonly Deployment[] {
    return [...this.#hosted.values()].map((hosted) => hosted.served)
  }

  /** Takes up the uploaded subgraphs that this node had when it was stopped. */
  async restore(): Promise<void> {
    await this.#change(async () => {
      for (const { name, deployment, node, paused } of await this.#names.assignments()) {
        const known = this.#hosted.get(deployment)
        if (known) {
          known.names.add(name)
          continue
        }
        try {
          const build = await readUploadedBuild(deployment, this.content)
          const store = await this.#makeStore(build, name)
          const hosted = new HostedDeployment(build, store, node, this.#options)
          hosted.names.add(name)
          this.#hosted.set(deployment, hosted)
          if (!paused && node === this.#node) hosted.start()
        } catch (error) {
          // One that was deployed from a folder is taken up by whoever has that folder.
          if (!(error instanceof ManifestError)) throw error
          this.#options.log('info', `${name} is not taken up: ${error.message}`)
        }
      }
    })
  }

  /** Makes a name to deploy to. @returns its id. */
  async create(name: string): Promise<string> {
    return this.#change(() => this.#names.create(name))
  }

  /**
   * Deploys an uploaded subgraph to a name that was made before.
   *
   * @throws {RegistrarError | ManifestError} when it cannot be deployed.
   */
  async deployUploaded(name: string, id: string, node = this.#node): Promise<void> {
    const { pool } = this.#options
    const build = await readUploadedBuild(id, this.content, async (graft) => {
      // What it was grafted onto may be gone once it is there.
      return (await findDeployment(pool, id)) === null ? graftProblem(pool, graft) : null
    })
    await this.#change(async () => {
      if (!(await this.#names.exists(name))) {
        throw new RegistrarError(`subgraph name not found: ${name}`)
      }
      await this.#checkNetwork(build.manifest.network)
      await this.#checkStart(build)
      await this.#deploy(name, build, node).catch(refuseUnstorable)
    })
  }

  /**
   * Deploys a build to a name, which is made when it is missing.
   *
   * @throws {ManifestError | GraftError} when it is a graft that cannot be made.
   */
  async deploy(name: string, build: SubgraphBuild): Promise<HostedDeployment> {
    return this.#change(() => this.#deploy(name, build, this.#node))
  }

  /** Forgets a name; a deployment without a name is no longer indexed nor served. */
  async remove(name: string): Promise<void> {
    await this.#change(async () => {
      await this.#names.remove(name)
      await this.#dropName(name)
    })
  }

  async pause(id: string): Promise<void> {
    await this.#change(async () => {
      const hosted = this.#find(id)
      await this.#names.setPaused(id, true)
      await hosted.stop()
    })
  }

  async resume(id: string): Promise<void> {
    await this.#change(async () => {
      const hosted = this.#find(id)
      await this.#names.setPaused(id, false)
      if (hosted.node === this.#node) hosted.start()
    })
  }

  /** Gives a deployment to another node; with a node that there is not, it just rests. */
  async reassign(id: string, node: string): Promise<void> {
    await this.#change(async () => {
      const hosted = this.#find(id)
      const paused = await this.#names.assign(id, node)
      hosted.node = node
      if (node !== this.#node) await hosted.stop()
      else if (!paused) hosted.start()
    })
  }

  /** Takes back what a deployment has of the blocks after one. @returns where it stands then. */
  async rewind(id: string, block: number): Promise<number | null> {
    return this.#change(() => this.#find(id).rewind(block))
  }

  /** Drops what old deployments indexed, once no name has pointed to them for a while. */
  async removeUnused(graceMs: number): Promise<void> {
    await this.#change(async () => {
      for (const { id, namespace } of await removeUnused(this.#options.pool, graceMs)) {
        this.#options.log('info', `${namespace} is dropped: nothing uses deployment ${id} any more`)
      }
    })
  }

  /** Ends indexing; what is deployed stays so. */
  async stop(): Promise<void> {
    await this.#change(async () => {
      await Promise.all([...this.#hosted.values()].map((hosted) => hosted.stop()))
    })
  }

  async #deploy(name: string, build: SubgraphBuild, node: string): Promise<HostedDeployment> {
    const { log } = this.#options
    const store = await this.#makeStore(build, name)
    const paused = await this.#names.assign(build.id, node)
    const hosted =
      this.#hosted.get(build.id) ?? new HostedDeployment(build, store, node, this.#options)
    this.#hosted.set(build.id, hosted)
    await this.#dropName(name, build.id)
    hosted.names.add(name)
    hosted.node = node
    if (!paused && node === this.#node) hosted.start()
    log('info', `${name} is deployment ${build.id} in ${store.namespace}`)
    return hosted
  }

  #makeStore(build: SubgraphBuild, name: string): Promise<DeploymentStore> {
    const { pool, log } = this.#options
    return DeploymentStore.deploy(pool, build, name, {
      warn: (message) => log('warning', message),
      readBlock: (number) => this.#readBlock(number),
    })
  }

  /** The block that a deployment is grafted at, or one before it. */
  async #readBlock(number: number): Promise<ChainBlock> {
    const chain = this.#options.chain()
    const { latest } = await chain.heads()
    if (latest.number < number) {
      const problem = `the specified block graft base block ${number} not found must exist on the Ethereum network`
      throw new ManifestError('subgraph.yaml', [problem])
    }
    const [block] = await chain.blocks([], [number])
    return block
  }

  /** Takes a name from whatever it points to, and ends what nothing points to any more. */
  async #dropName(name: string, except?: string): Promise<void> {
    for (const [id, hosted] of this.#hosted) {
      if (id === except || !hosted.names.delete(name) || hosted.names.size > 0) continue
      await hosted.stop()
      this.#hosted.delete(id)
      await this.#names.unassign(id)
    }
  }

  #find(id: string): HostedDeployment {
    const hosted = this.#hosted.get(id)
    if (!hosted) throw new RegistrarError(`deployment not found: ${id}`)
    return hosted
  }

  async #checkNetwork(network: string): Promise<void> {
    const { pool, chain } = this.#options
    const { rows } = await pool.query(
      'select net_version as id, genesis_block_hash as genesis from public.chains where name = $1',
      [network],
    )
    if (rows.length === 0) return
    const { chainId, genesisHash } = await chain().identity()
    if (rows[0].id === chainId && rows[0].genesis === genesisHash) return
    throw new RegistrarError(
      `network not supported by registrar: \`${network}\` is chain ${rows[0].id} here, ` +
        `but the node serves chain ${chainId}`,
    )
  }

  /** graph-node starts after the block before the first start block, which must be there. */
  async #checkStart({ manifest }: SubgraphBuild): Promise<void> {
    const start = firstStartBlock(manifest.dataSources)
    if (start === 0) return
    const { latest } = await this.#options.chain().heads()
    if (latest.number >= start - 1) return
    const problem = `the specified block ${start} must exist on the Ethereum network`
    throw new ManifestError('subgraph.yaml', [problem])
  }

  #change<Result>(make: () => Promise<Result>): Promise<Result> {
    const made = this.#changes.then(make)
    this.#changes = made.catch(() => {})
    return made
  }
}

/**
 * What the database has against a schema, such as two types of one table, and what keeps the state
 * of a graft's base from being taken over, in graph-node's words.
 */
function refuseUnstorable(error: unknown): never {
  if (!(error instanceof DatabaseError) && !(error instanceof GraftError)) throw error
  throw new RegistrarError(`subgraph deployment error: store error: ${error.message}`, {
    cause: error,
  })
}
