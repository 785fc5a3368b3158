import type { ShorterRange } from './shorterRange.ts'

/** Short, as handlers wait for the first answer. */
const FIRST_LENGTH = 250
const MAX_LENGTH = 10_000
/** Logs in one answer above which the next range is not made longer; shorter above their double. */
const MANY_LOGS = 5_000
/** Good answers after which a length that was refused once is tried again. */
const PATIENCE = 8

/** How many blocks of logs a node is asked for at once: as many as it was seen to give. */
export class LogRange {
  #length = FIRST_LENGTH
  /** What the provider never takes more than. */
  #limit = MAX_LENGTH
  /** Shorter than what was refused a while ago. */
  #ceiling = MAX_LENGTH
  #answers = 0

  get length(): number {
    return this.#length
  }

  /** Notes an answer: ranges grow while answers are short, and shrink where they are long. */
  answered(blocks: number, logs: number): void {
    this.#answers += 1
    if (this.#answers >= PATIENCE) {
      this.#answers = 0
      this.#ceiling = Math.min(this.#limit, this.#ceiling * 2)
    }
    if (logs > 2 * MANY_LOGS) {
      this.#length = Math.max(1, Math.min(this.#length, Math.ceil((blocks * MANY_LOGS) / logs)))
      return
    }
    if (logs >= MANY_LOGS || blocks < this.#length) return
    this.#length = Math.min(this.#length * 2, this.#ceiling)
  }

  /** Notes that a range was refused. */
  refused({ length, always }: ShorterRange): void {
    this.#answers = 0
    this.#length = length
    this.#ceiling = length
    if (always) this.#limit = length
  }
}
