import { EventWriter } from './eventWriter.ts'
import type { ProofEvent } from './proofEvent.ts'
import { StableHash } from './stableHash.ts'

/** Every use takes up its own state, so that one is enough. */
const hash = new StableHash()
const writer = new EventWriter(hash)

/**
 * The events of one block in one causality region. Their hash is put into the hash of all earlier
 * blocks: 32 bytes, from which the proof of any later block can be made.
 */
export class EventStream {
  readonly #block: number
  #state: Uint8Array
  #count = 0
  #atStart = 0

  constructor(block: number) {
    this.#block = block
    this.#state = hash.reset().state()
  }

  /** Says that a trigger's handlers begin: a failure redacts what comes from here on. */
  startTrigger(): void {
    this.#atStart = this.#count
  }

  write(events: readonly ProofEvent[]): void {
    if (events.length === 0) return
    hash.resume(this.#state)
    for (const event of events) {
      writer.write(event)
      hash.at(1, 0, this.#block, 0, this.#count).event()
      this.#count += 1
    }
    this.#state = hash.state()
  }

  /** Says that a handler of the trigger failed and its writes were dropped. */
  fail(): void {
    this.write([{ kind: 'error', redacted: this.#count - this.#atStart }])
  }

  /** @param previous what this gave for the last block that had events, or null. */
  finish(previous: Uint8Array | null): Uint8Array {
    hash.resume(this.#state).at(1, 0, this.#block, 0).integer(this.#count)
    if (previous !== null) hash.mixin(previous)
    return hash.state()
  }
}
