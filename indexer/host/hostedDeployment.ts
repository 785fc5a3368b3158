import type { Pool } from 'pg'
import type { ChainReader } from '../chain/chainReader.ts'
import type { ContentSource } from '../content/contentSource.ts'
import type { Deployment } from '../graphql/deployment.ts'
import type { SubgraphBuild } from '../manifest/subgraphBuild.ts'
import { DeploymentRunner, type RunnerOptions } from '../runner/deploymentRunner.ts'
import type { RunnerLog } from '../runner/runnerLog.ts'
import { servedDeployment } from '../runner/servedDeployment.ts'
import type { DeploymentStore } from '../store/deploymentStore.ts'

/** What a {@link HostedDeployment} runs on. */
export interface HostResources {
  readonly pool: Pool
  /** Makes a reader of the chain; each deployment has its own. */
  readonly chain: () => ChainReader
  readonly log: RunnerLog
  /** Where the files of file data sources come from. */
  readonly content: ContentSource
  readonly runner?: RunnerOptions | undefined
}

/** A deployment of this process: served all the time, and indexed while it is started. */
export class HostedDeployment {
  readonly build: SubgraphBuild
  readonly store: DeploymentStore
  /** Names that point to it. */
  readonly names = new Set<string>()
  /** What the query side sees of it. */
  readonly served: Deployment
  /** Name of the indexing node that it is given to. */
  node: string
  /** Reads the chain for those who ask about it. */
  readonly chain: ChainReader
  readonly #resources: HostResources
  #runner: DeploymentRunner
  #running: { readonly stopping: AbortController; readonly ended: Promise<void> } | null = null

  constructor(build: SubgraphBuild, store: DeploymentStore, node: string, use: HostResources) {
    this.build = build
    this.store = store
    this.node = node
    this.#resources = use
    this.chain = use.chain()
    this.#runner = this.#makeRunner()
    this.served = servedDeployment(this, use.pool)
  }

  /** The runner of this moment, or the last one there was. */
  get runner(): DeploymentRunner {
    return this.#runner
  }

  get started(): boolean {
    return this.#running !== null
  }

  /** Goes on indexing from what is stored. */
  start(): void {
    if (this.#running !== null) return
    const stopping = new AbortController()
    this.#runner = this.#makeRunner()
    this.#running = { stopping, ended: this.#runner.run(stopping.signal) }
  }

  /** Ends indexing after the block that is being processed. */
  async stop(): Promise<void> {
    const running = this.#running
    if (running === null) return
    running.stopping.abort()
    await running.ended
    this.#running = null
  }

  /**
   * Takes back everything after a block, and goes on from there.
   *
   * @returns the block that it stands on then; null before the first.
   */
  async rewind(block: number): Promise<number | null> {
    const { started } = this
    await this.stop()
    try {
      const head = await this.store.chain.head()
      if (head === null || head.number <= block) return head?.number ?? null
      const [target = null] = await this.store.chain.downFrom(block, 1)
      await this.store.revert(head, target)
      return target?.number ?? null
    } finally {
      // The old runner knows a head that there is no more.
      this.#runner = this.#makeRunner()
      if (started) this.start()
    }
  }

  #makeRunner(): DeploymentRunner {
    const { chain, log, content, runner } = this.#resources
    return new DeploymentRunner(this.build, this.store, chain(), log, { ...runner, content })
  }
}
