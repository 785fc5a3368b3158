import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Networks } from '../../manifest/networks.ts'
import { query } from '../runLedger.ts'

/** What a {@link KillableHost} indexes, and where to. */
export interface HostSettings {
  /** What `graph build` wrote, and its contracts' addresses. */
  readonly folder: string
  readonly networks: Networks
  /** The name that it serves its subgraph under. */
  readonly name: string
  readonly rpcUrl: string
  readonly databaseUrl: string
  readonly database: string
}

/** What the first process compiles is there for the others. */
const COMPILED = mkdtempSync(join(tmpdir(), 'indexer-compiled-'))
process.once('exit', () => rmSync(COMPILED, { recursive: true, force: true }))

/** The host in a process that can be killed at any moment and started again. */
export class KillableHost {
  /** What all its processes have printed. */
  output = ''
  readonly #settings: HostSettings
  #process: ChildProcess | null = null
  #url: string | null = null

  constructor(settings: HostSettings) {
    this.#settings = settings
  }

  /** Where it answers queries, once it does. */
  get url(): string | null {
    return this.#url
  }

  start(): void {
    const file = join(import.meta.dirname, 'hostProcess.ts')
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', file, JSON.stringify(this.#settings)],
      {
        env: { ...process.env, NODE_COMPILE_CACHE: COMPILED },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    this.#process = child
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        this.output += chunk
        const url = /^url: (\S+)$/m.exec(String(chunk))?.[1]
        if (url !== undefined && this.#process === child) this.#url = url
      })
    }
  }

  async kill(): Promise<void> {
    const child = this.#process
    this.#process = null
    this.#url = null
    if (child === null || child.exitCode !== null) return
    const ended = new Promise((resolve) => child.once('close', resolve))
    child.kill('SIGKILL')
    await ended
  }

  /** Whether its process came to an end that nobody asked for. */
  get hasEnded(): boolean {
    return this.#process !== null && this.#process.exitCode !== null
  }

  /** Hash of the block that it stands on, or null before its first answer. */
  async headHash(): Promise<string | null> {
    if (this.#url === null) return null
    const text = '{ _meta { block { hash } } }'
    const answer = await query<{ _meta: { block: { hash: string } } }>(
      this.#url,
      this.#settings.name,
      text,
    ).catch(() => null)
    return answer?._meta.block.hash ?? null
  }
}
