import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, mkdirSync, readFileSync, type WriteStream } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Part } from './Part.ts'
import type { PidFile } from './PidFile.ts'

interface Running {
  part: Part
  child: ChildProcess | undefined
  log: WriteStream
  restarts: number
  startedAt: number
  stopping: boolean
  ended: Promise<void>
}

/** A part did not become ready in time, or cannot be started at all. */
export class PartError extends Error {
  readonly part: string

  constructor(part: string, message: string) {
    super(message)
    this.name = 'PartError'
    this.part = part
  }
}

/**
 * Starts child processes, restarts and names those that die, and stops them all in the reverse
 * order of their start. Output goes to one log file a part.
 */
export class Supervisor {
  readonly #root: string
  readonly #logFolder: string
  readonly #pids: PidFile
  readonly #say: (line: string) => void
  readonly #running = new Map<string, Running>()
  #stopping = false

  constructor(options: {
    root: string
    logFolder: string
    pids: PidFile
    say: (line: string) => void
  }) {
    this.#root = options.root
    this.#logFolder = options.logFolder
    this.#pids = options.pids
    this.#say = options.say
    mkdirSync(this.#logFolder, { recursive: true })
  }

  /** Starts a part and keeps it running; resolves once the process exists. */
  async start(part: Part): Promise<void> {
    const log = createWriteStream(join(this.#logFolder, `${part.name}.log`), { flags: 'a' })
    // A full disk must not take the supervisor down with an unhandled stream error.
    log.on('error', (error) =>
      this.#say(`${part.name}: its log cannot be written (${error.message})`),
    )
    const running: Running = {
      part,
      child: undefined,
      log,
      restarts: 0,
      startedAt: 0,
      stopping: false,
      ended: Promise.resolve(),
    }
    this.#running.set(part.name, running)
    await this.#spawn(running)
  }

  /** Waits until a part answers as ready. Throws a PartError after `timeoutMs`. */
  async ready(name: string, timeoutMs = 120_000): Promise<void> {
    const running = this.#running.get(name)
    if (!running) throw new PartError(name, `${name} was never started`)
    const deadline = Date.now() + timeoutMs
    while (Date.now() < deadline && !this.#stopping) {
      if (await isReady(running.part)) return
      if (running.restarts >= 5) break
      await sleep(100)
    }
    throw new PartError(
      name,
      `${name} did not become ready; the end of its log:\n${this.tail(name)}`,
    )
  }

  /** Process numbers of the parts that run now. */
  pids(): Record<string, number> {
    const pids: Record<string, number> = {}
    for (const [name, { child }] of this.#running) {
      if (child?.pid !== undefined) pids[name] = child.pid
    }
    return pids
  }

  /** The last lines that a part wrote. */
  tail(name: string, lines = 12): string {
    try {
      const text = readFileSync(join(this.#logFolder, `${name}.log`), 'utf8')
      return text.trimEnd().split('\n').slice(-lines).join('\n')
    } catch {
      return '(no output)'
    }
  }

  /** Stops every part, the last started first, and kills what does not stop in time. */
  async stopAll(): Promise<void> {
    if (this.#stopping) {
      await Promise.all([...this.#running.values()].map((running) => running.ended))
      return
    }
    this.#stopping = true
    const parts = [...this.#running.values()].reverse()
    // Stores end after the parts that write to them: two waves, each in parallel.
    const stores = new Set(['anvil', 'postgres', 'clickhouse', 'storage'])
    const waves = [
      parts.filter(({ part }) => !stores.has(part.name)),
      parts.filter(({ part }) => stores.has(part.name)),
    ]
    for (const wave of waves) {
      await Promise.all(wave.map((running) => this.#stop(running)))
    }
    for (const { log } of parts) log.end()
  }

  async #stop(running: Running): Promise<void> {
    running.stopping = true
    const { child } = running
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.kill(running.part.stopSignal ?? 'SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), running.part.stopTimeoutMs ?? 10_000)
    await running.ended
    clearTimeout(timer)
  }

  async #spawn(running: Running): Promise<void> {
    const { part, log } = running
    await part.beforeStart?.()
    if (this.#stopping) return
    running.startedAt = Date.now()
    const child = spawn(part.command, part.args, {
      cwd: part.cwd ?? this.#root,
      env: part.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    running.child = child
    child.stdout.pipe(log, { end: false })
    child.stderr.pipe(log, { end: false })
    if (child.pid !== undefined) this.#pids.add(part.name, child.pid, part.stopSignal)
    running.ended = new Promise((resolve) => {
      child.on('error', (error) => {
        this.#say(`${part.name} could not be started: ${error.message}`)
        resolve()
      })
      child.on('exit', (code, signal) => {
        if (child.pid !== undefined) this.#pids.remove(part.name)
        resolve()
        if (running.stopping || this.#stopping) return
        running.restarts++
        if (Date.now() - running.startedAt > 30_000) running.restarts = 1
        const waitMs = Math.min(10_000, 250 * 2 ** (running.restarts - 1))
        this.#say(
          `${part.name} ended (${signal ? `signal ${signal}` : `exit code ${code}`}); ` +
            `starting it again${waitMs >= 1000 ? ` in ${Math.round(waitMs / 1000)} s` : ''}` +
            (running.restarts >= 3
              ? `; its log: ${join(this.#logFolder, `${part.name}.log`)}`
              : ''),
        )
        setTimeout(() => {
          if (!this.#stopping) {
            this.#spawn(running).catch((error) =>
              this.#say(`${part.name} could not be started again: ${error.message}`),
            )
          }
        }, waitMs)
      })
    })
  }
}

async function isReady(part: Part): Promise<boolean> {
  try {
    if (part.healthUrl) {
      const response = await fetch(part.healthUrl, { signal: AbortSignal.timeout(2000) })
      await response.body?.cancel()
      return response.ok
    }
    return part.isReady ? await part.isReady() : true
  } catch {
    return false
  }
}
