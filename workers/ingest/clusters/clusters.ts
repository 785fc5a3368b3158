import { createHash } from 'node:crypto'
import { bandKeys, minHash } from './minHash.ts'
import { coveredWords, runWindows } from './runWindows.ts'
import { jaccard, shingles } from './shingles.ts'
import { wordHashes, words } from './wordHashes.ts'

/** Share of shingles in common from which two records are near-duplicates. */
export const MIN_JACCARD = 0.8
/** Share of the shorter record in runs of fifty common words from which it is a copy. */
export const MIN_CONTAINMENT = 0.8

interface Entry {
  recordNo: bigint
  /** Number of words. */
  length: number
  shingles: Uint32Array
  windows: Float64Array
}

/**
 * Near-duplicates over all Datanets. Two records belong together when their words are the same,
 * when the Jaccard similarity of their five-word shingles is at least 0.8, or when runs of fifty or
 * more common words make up at least 0.8 of the shorter one; and with everything that belongs with
 * either. The outcome does not depend on the order in which records are added.
 */
export class Clusters {
  /** Union-find: towards the record that stands for the cluster, its earliest. */
  readonly #parent = new Map<bigint, bigint>()
  readonly #entries: Entry[] = []
  readonly #byWords = new Map<string, bigint>()
  readonly #byBand = new Map<number, number[]>()
  readonly #byWindow = new Map<number, number[]>()

  /** Whether the record was added. */
  has(recordNo: bigint): boolean {
    return this.#parent.has(recordNo)
  }

  /** The earliest record of the cluster that holds this one. */
  clusterOf(recordNo: bigint): bigint {
    let at = recordNo
    for (;;) {
      const next = this.#parent.get(at) ?? at
      if (next === at) return at
      const after = this.#parent.get(next) ?? next
      this.#parent.set(at, after)
      at = next
    }
  }

  /** All records that were added. */
  recordNos(): IterableIterator<bigint> {
    return this.#parent.keys()
  }

  /** Puts two records into one cluster, because it was once known that they belong together. */
  join(one: bigint, other: bigint): void {
    for (const recordNo of [one, other]) {
      if (!this.#parent.has(recordNo)) this.#parent.set(recordNo, recordNo)
    }
    const [left, right] = [this.clusterOf(one), this.clusterOf(other)]
    if (left < right) this.#parent.set(right, left)
    else this.#parent.set(left, right)
  }

  /** Adds a record and joins it with everything that it nearly equals. */
  add(recordNo: bigint, text: string): void {
    this.join(recordNo, recordNo)
    // Equal words need no further comparison, and would only lengthen every later one.
    const found = words(text)
    const spelt = sha256(found.length > 0 ? found.join(' ') : `\n${text}`)
    const same = this.#byWords.get(spelt)
    if (same !== undefined) {
      this.join(recordNo, same)
      return
    }
    this.#byWords.set(spelt, recordNo)
    if (found.length === 0) return

    const hashes = wordHashes(text)
    const entry: Entry = {
      recordNo,
      length: hashes.length,
      shingles: shingles(hashes),
      windows: runWindows(hashes),
    }
    const index = this.#entries.push(entry) - 1
    this.#joinSimilar(entry, index)
    this.#joinCopied(entry, index)
  }

  #joinSimilar(entry: Entry, index: number): void {
    const compared = new Set<number>()
    for (const key of bandKeys(minHash(entry.shingles))) {
      const bucket = this.#byBand.get(key)
      if (bucket === undefined) {
        this.#byBand.set(key, [index])
        continue
      }
      for (const candidate of bucket) {
        if (compared.has(candidate)) continue
        compared.add(candidate)
        const other = this.#entries[candidate]
        if (this.#together(entry, other)) continue
        if (jaccard(entry.shingles, other.shingles) >= MIN_JACCARD) {
          this.join(entry.recordNo, other.recordNo)
        }
      }
      bucket.push(index)
    }
  }

  #joinCopied(entry: Entry, index: number): void {
    const places = new Map<number, number[]>()
    const seen = new Set<number>()
    for (const [place, window] of entry.windows.entries()) {
      const holders = this.#byWindow.get(window)
      for (const holder of holders ?? []) {
        if (holder === index) continue
        const shared = places.get(holder)
        if (shared === undefined) places.set(holder, [place])
        else shared.push(place)
      }
      if (seen.has(window)) continue
      seen.add(window)
      if (holders === undefined) this.#byWindow.set(window, [index])
      else holders.push(index)
    }
    for (const [holder, shared] of places) {
      const other = this.#entries[holder]
      if (this.#together(entry, other)) continue
      const covered =
        entry.length <= other.length
          ? coveredWords(shared)
          : coveredWords(placesOf(other.windows, seen))
      if (covered >= MIN_CONTAINMENT * Math.min(entry.length, other.length)) {
        this.join(entry.recordNo, other.recordNo)
      }
    }
  }

  #together(one: Entry, other: Entry): boolean {
    return this.clusterOf(one.recordNo) === this.clusterOf(other.recordNo)
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}

function* placesOf(windows: Float64Array, wanted: ReadonlySet<number>): Generator<number> {
  for (const [place, window] of windows.entries()) {
    if (wanted.has(window)) yield place
  }
}
