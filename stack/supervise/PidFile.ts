import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive } from './isAlive.ts'
import { processStart } from './processStart.ts'

interface Entry {
  pid: number
  /** The system's start time of the process, so that a reused number is not taken for it. */
  start: string
  /** What asks it to end; SIGTERM when absent. */
  stopSignal?: NodeJS.Signals
}

/**
 * The processes of one data folder, on disk, so that a run that was killed outright leaves nothing
 * behind that the next run would not find and stop. It only ever stops what it wrote down itself.
 */
export class PidFile {
  readonly #file: string
  #entries: Record<string, Entry> = {}

  constructor(file: string) {
    this.#file = file
  }

  /** The living process written down under a name, if it is still the same one. */
  living(name: string): number | undefined {
    const entry = this.#read()[name]
    return entry && isSame(entry) ? entry.pid : undefined
  }

  /** Stops what an earlier run left behind; returns the names. */
  async stopLeftovers(except: string): Promise<string[]> {
    const left = Object.entries(this.#read()).filter(
      ([name, entry]) => name !== except && isSame(entry),
    )
    for (const [, entry] of left) kill(entry.pid, entry.stopSignal ?? 'SIGTERM')
    for (let waited = 0; left.some(([, entry]) => isSame(entry)); waited += 100) {
      if (waited === 8000)
        for (const [, entry] of left) if (isSame(entry)) kill(entry.pid, 'SIGKILL')
      await sleep(100)
    }
    this.#entries = {}
    this.#write()
    return left.map(([name]) => name)
  }

  add(name: string, pid: number, stopSignal?: NodeJS.Signals): void {
    this.#entries[name] = { pid, start: processStart(pid), ...(stopSignal && { stopSignal }) }
    this.#write()
  }

  remove(name: string): void {
    delete this.#entries[name]
    this.#write()
  }

  #read(): Record<string, Entry> {
    try {
      return JSON.parse(readFileSync(this.#file, 'utf8'))
    } catch {
      return {}
    }
  }

  #write(): void {
    try {
      writeFileSync(`${this.#file}.new`, JSON.stringify(this.#entries))
      renameSync(`${this.#file}.new`, this.#file)
    } catch (error) {
      // Best effort: without the file a killed run's children have to be stopped by hand.
      console.error(`stack: ${this.#file} could not be written: ${(error as Error).message}`)
    }
  }
}

function isSame(entry: Entry): boolean {
  return isAlive(entry.pid) && processStart(entry.pid) === entry.start
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It ended by itself in the meantime.
  }
}
