import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePortRange } from '@tributary/stack/ports/freePortRange'
import { isAlive } from '@tributary/stack/supervise/isAlive'
import { PidFile } from '@tributary/stack/supervise/PidFile'
import { partUrls, type UrlName } from '@tributary/stack/urls'
import { root } from '../loop/system.ts'

/** Seconds that a start may take on a slow machine. */
const START_SECONDS = 300

/**
 * A whole system as `npm start` runs it: the stack in a process of its own, so that it can be killed
 * like every other, on a folder and ports of its own.
 */
export class RunningSystem {
  readonly dataFolder: string
  readonly urls: Record<UrlName, string>
  /** What any process of this project needs to meet the system. */
  readonly env: Record<string, string>
  readonly #port: number
  readonly #model: string | undefined
  readonly #given: Partial<Record<UrlName, string>>
  #stack: ChildProcess | undefined

  private constructor(
    dataFolder: string,
    port: number,
    model: string | undefined,
    given: Partial<Record<UrlName, string>>,
  ) {
    this.dataFolder = dataFolder
    this.#port = port
    this.#model = model
    this.#given = given
    this.urls = partUrls(given, port).urls
    this.env = {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      ...this.urls,
      TRIBUTARY_PORT: String(port),
      TRIBUTARY_DATA: dataFolder,
      TRIBUTARY_DEPLOYMENT: join(dataFolder, 'deployment.json'),
    }
  }

  /**
   * Starts one in a new folder. Without `model` it runs the real base model.
   *
   * @param prepare does something to the folder first
   * @param given where parts are that the system does not start itself
   */
  static async start(
    model?: string,
    prepare: (dataFolder: string) => Promise<void> = async () => {},
    given: Partial<Record<UrlName, string>> = {},
  ): Promise<RunningSystem> {
    const dataFolder = await mkdtemp(join(tmpdir(), 'tributary-faults-'))
    const system = new RunningSystem(dataFolder, await freePortRange(), model, given)
    try {
      await prepare(dataFolder)
      await system.start()
    } catch (error) {
      await system.remove()
      throw error
    }
    return system
  }

  /** Starts the stack on the folder as it is; resolves once every part is ready. */
  async start(): Promise<void> {
    const started = Date.now()
    const { PATH, HOME, TMPDIR, XDG_CACHE_HOME } = process.env
    const args = ['--no-sample', '--data', this.dataFolder, '--port', String(this.#port)]
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(root, 'stack', 'main.ts'), ...args],
      {
        cwd: root,
        env: {
          ...JSON.parse(JSON.stringify({ PATH, HOME, TMPDIR, XDG_CACHE_HOME })),
          ...(this.#model === undefined ? {} : { TRIBUTARY_MODEL: this.#model }),
          ...this.#given,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    this.#stack = child
    const ready = new Promise<void>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on('line', (line) => {
          if (line.trim() !== '') console.log(`  [stack] ${line}`)
          if (line.startsWith('Every part runs')) resolve()
        })
      }
      child.on('error', reject)
      child.on('exit', (code) => reject(new Error(`the stack ended with exit code ${code}`)))
    })
    const late = new AbortController()
    try {
      await Promise.race([
        ready,
        sleep(START_SECONDS * 1000, undefined, { signal: late.signal }).then(() => {
          throw new Error(`the stack is not ready after ${START_SECONDS} s`)
        }),
      ])
    } finally {
      late.abort()
    }
    console.log(`  [stack] ready after ${((Date.now() - started) / 1000).toFixed(1)} s`)
  }

  /** The process of a part, if it lives; `postgres server` is the server behind its launcher. */
  pid(name: string): number | undefined {
    if (name === 'postgres server') return this.#postmaster()
    if (name !== 'stack') return new PidFile(join(this.dataFolder, 'pids.json')).living(name)
    const stack = this.#stack
    return stack?.pid !== undefined && isAlive(stack.pid) ? stack.pid : undefined
  }

  /** A killed server leaves its number behind, which another program may have by now. */
  #postmaster(): number | undefined {
    try {
      const pid = Number(this.#read('postgres', 'postmaster.pid').split('\n')[0])
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      return command.includes(this.dataFolder) && isAlive(pid) ? pid : undefined
    } catch {
      return undefined
    }
  }

  /** `kill -9` to a part, once it lives. */
  async kill(name: string): Promise<number> {
    const deadline = Date.now() + 60_000
    for (;;) {
      const pid = this.pid(name)
      if (pid !== undefined) {
        process.kill(pid, 'SIGKILL')
        while (isAlive(pid)) await sleep(10)
        return pid
      }
      if (Date.now() > deadline)
        throw new Error(`${name} did not come back; see its log in ${this.dataFolder}`)
      await sleep(50)
    }
  }

  /** Sends a signal to a part. */
  signal(name: string, signal: NodeJS.Signals): void {
    const pid = this.pid(name)
    if (pid === undefined) throw new Error(`${name} does not run`)
    process.kill(pid, signal)
  }

  /** What a part has written, its earlier lives included. */
  log(name: string): string {
    return this.#read('logs', `${name}.log`)
  }

  /** Stops everything as Ctrl-C does. */
  async stop(): Promise<void> {
    const stack = this.#stack
    if (!stack || stack.exitCode !== null || stack.signalCode !== null) return
    stack.kill('SIGTERM')
    await once(stack, 'exit')
  }

  /** Stops everything and removes the folder. */
  async remove(): Promise<void> {
    await this.stop()
    await rm(this.dataFolder, { recursive: true, force: true })
  }

  #read(...path: string[]): string {
    return readFileSync(join(this.dataFolder, ...path), 'utf8')
  }
}
