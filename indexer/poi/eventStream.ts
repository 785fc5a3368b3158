import { EventWriter } from './eventWriter.ts'
import type { ProofEvent } from './proofEvent.ts'
import { StableHash } from './stableHash.ts'

/** Every use takes up its own state, so that one is enough. */
const hash = new StableHash()
const writer = new EventWriter(hash)
/** Events that wait at most before they are put into the hash, all at once. */
const MAX_WAITING = 1_000

/**
 * The events of one block in one causality region. Their hash is put into the hash of all earlier
 * blocks: 32 bytes, from which the proof of any later block can be made.
 */
export class EventStream {
  readonly #block: number
  #state: Uint8Array | null = null
  #waiting: ProofEvent[] = []
  #count = 0
  #atStart = 0

  constructor(block: number) {
    this.#block = block
  }

  /** Says that a trigger's handlers begin: a failure redacts what comes from here on. */
  startTrigger(): void {
    this.#atStart = this.#count
  }

  /** @param events they must not change any more. */
  write(events: readonly ProofEvent[]): void {
    for (const event of events) this.#waiting.push(event)
    this.#count += events.length
    if (this.#waiting.length < MAX_WAITING) return
    this.#takeUp()
    this.#state = hash.state()
  }

  /** Says that a handler of the trigger failed and its writes were dropped. */
  fail(): void {
    this.write([{ kind: 'error', redacted: this.#count - this.#atStart }])
  }

  /** @param previous what this gave for the last block that had events, or null. */
  finish(previous: Uint8Array | null): Uint8Array {
    this.#takeUp()
    hash.at(1, 0, this.#block, 0).integer(this.#count)
    if (previous !== null) hash.mixin(previous)
    return hash.state()
  }

  /** Leaves the hash with all events in it. */
  #takeUp(): void {
    if (this.#state === null) hash.reset()
    else hash.resume(this.#state)
    let index = this.#count - this.#waiting.length
    for (const event of this.#waiting) {
      writer.write(event)
      hash.at(1, 0, this.#block, 0, index).event()
      index += 1
    }
    this.#waiting = []
  }
}
