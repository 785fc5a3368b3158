import type { ContentSource } from '../content/contentSource.ts'
import type { ArrivedFile } from './fileSources.ts'
import type { RunnerLog } from './runnerLog.ts'

/** Files that are asked for at once. */
const AT_ONCE = 16
/** Bytes of files that wait for their handlers, above which no more are asked for. */
const MAX_HELD_BYTES = 64 * 1024 * 1024
/** The wait before a file is asked for again; each further one is twice as long. */
const FIRST_WAIT_MS = 1_000

interface Wanted {
  readonly file: string
  failures: number
  timer: NodeJS.Timeout | null
  bytes: Uint8Array | null
}

/**
 * Fetches the files that file data sources wait for, beside the indexing: what cannot be had now is
 * asked for again with growing waits.
 */
export class FileMonitor {
  readonly #content: ContentSource
  readonly #log: RunnerLog
  readonly #maxWaitMs: number
  readonly #wanted = new Map<string, Wanted>()
  readonly #arrived = new Map<string, Wanted>()
  #queue: Wanted[] = []
  #asking = 0
  #heldBytes = 0
  readonly #endListening: (() => void) | undefined

  constructor(content: ContentSource, log: RunnerLog, maxWaitMs: number) {
    this.#content = content
    this.#log = log
    this.#maxWaitMs = maxWaitMs
    this.#endListening = content.onAdded?.((names) => {
      for (const name of names) this.#hurry(name)
    })
  }

  /** Says which files are waited for, and no others. */
  watch(files: Iterable<string>): void {
    const all = new Set(files)
    for (const file of [...this.#wanted.keys()]) {
      if (!all.has(file)) this.release(file)
    }
    for (const file of all) this.add(file)
  }

  /** Waits for one more file. */
  add(file: string): void {
    if (this.#wanted.has(file)) return
    const wanted = { file, failures: 0, timer: null, bytes: null }
    this.#wanted.set(file, wanted)
    this.#queue.push(wanted)
    this.#next()
  }

  /** The files that have come and were not released, in the order in which they came. */
  get arrived(): ArrivedFile[] {
    if (this.#arrived.size === 0) return []
    return [...this.#arrived.values()].map(({ file, bytes }) => {
      return { file, bytes: bytes as Uint8Array }
    })
  }

  /** Does not wait for a file any more, nor keep it. */
  release(file: string): void {
    const wanted = this.#wanted.get(file)
    if (wanted === undefined) return
    this.#wanted.delete(file)
    this.#arrived.delete(file)
    this.#heldBytes -= wanted.bytes?.length ?? 0
    if (wanted.timer !== null) clearTimeout(wanted.timer)
    this.#next()
  }

  stop(): void {
    this.#endListening?.()
    this.#queue = []
    for (const file of [...this.#wanted.keys()]) this.release(file)
  }

  #next(): void {
    while (this.#asking < AT_ONCE && this.#heldBytes < MAX_HELD_BYTES) {
      const wanted = this.#queue.shift()
      if (wanted === undefined) return
      if (this.#isWanted(wanted)) void this.#ask(wanted)
    }
  }

  async #ask(wanted: Wanted): Promise<void> {
    this.#asking += 1
    const { bytes, problem } = await this.#fetch(wanted.file)
    this.#asking -= 1
    if (this.#isWanted(wanted)) {
      if (bytes !== null) {
        wanted.bytes = bytes
        this.#heldBytes += bytes.length
        this.#arrived.set(wanted.file, wanted)
      } else {
        this.#askAgain(wanted, problem)
      }
    }
    this.#next()
  }

  async #fetch(
    file: string,
  ): Promise<{ readonly bytes: Uint8Array | null; readonly problem: string | null }> {
    try {
      return { bytes: await this.#content.get(file), problem: null }
    } catch (error) {
      return { bytes: null, problem: (error as Error).message }
    }
  }

  #askAgain(wanted: Wanted, problem: string | null): void {
    const wait = Math.min(this.#maxWaitMs, FIRST_WAIT_MS * 2 ** Math.min(wanted.failures, 20))
    wanted.failures += 1
    this.#log(
      problem === null ? 'debug' : 'warning',
      `the file ${wanted.file} is not to be had${problem === null ? '' : ` (${problem})`}, next try in ${wait} ms`,
    )
    wanted.timer = setTimeout(() => this.#enqueue(wanted), wait)
  }

  /** Asks at once for a file that waits for its next try. */
  #hurry(file: string): void {
    const wanted = this.#wanted.get(file)
    if (wanted === undefined || wanted.timer === null) return
    clearTimeout(wanted.timer)
    this.#enqueue(wanted)
  }

  #enqueue(wanted: Wanted): void {
    wanted.timer = null
    this.#queue.push(wanted)
    this.#next()
  }

  #isWanted(wanted: Wanted): boolean {
    return this.#wanted.get(wanted.file) === wanted
  }
}
