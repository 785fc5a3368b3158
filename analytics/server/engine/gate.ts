import { ServerException } from '../exception.ts'

const LONGEST_QUEUE = 1000

/** Lets a fixed number of runs in at a time; the others wait in the order of their arrival. */
export class Gate {
  readonly #places: number
  readonly #waiting: (() => void)[] = []
  #inside = 0

  constructor(places: number) {
    this.#places = places
  }

  /** Runs when there is room. Whoever leaves before gets nothing run (`signal`). */
  async pass<T>(signal: AbortSignal, run: () => Promise<T>): Promise<T> {
    if (this.#inside >= this.#places) {
      if (this.#waiting.length >= LONGEST_QUEUE) {
        throw new ServerException(
          'TOO_MANY_SIMULTANEOUS_QUERIES',
          `Too many simultaneous queries: ${LONGEST_QUEUE} are waiting. Send it again later`,
        )
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else {
      this.#inside += 1
    }
    try {
      if (signal.aborted) {
        throw new ServerException('ABORTED', 'The client left before its statement was run')
      }
      return await run()
    } finally {
      // A place is handed over directly, so that nobody slips in between.
      const next = this.#waiting.shift()
      if (next === undefined) this.#inside -= 1
      else next()
    }
  }
}
