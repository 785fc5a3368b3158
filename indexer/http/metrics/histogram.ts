import type { MetricFamily, Sample } from './metricFamily.ts'

interface Counts {
  readonly labels: Sample['labels']
  readonly buckets: number[]
  seconds: number
  count: number
}

/** Times, counted by how long they are. */
export class Histogram {
  readonly #ends: readonly number[]
  readonly #counts = new Map<string, Counts>()

  /** @param ends upper ends of the buckets that times are counted in; seconds. */
  constructor(ends: readonly number[]) {
    this.#ends = ends
  }

  observe(labels: Sample['labels'], seconds: number): void {
    const key = JSON.stringify(labels)
    let counts = this.#counts.get(key)
    if (!counts) {
      counts = { labels, buckets: this.#ends.map(() => 0), seconds: 0, count: 0 }
      this.#counts.set(key, counts)
    }
    counts.count += 1
    counts.seconds += seconds
    const bucket = this.#ends.findIndex((end) => seconds <= end)
    if (bucket >= 0) counts.buckets[bucket] += 1
  }

  family(name: string, help: string): MetricFamily {
    const samples: Sample[] = []
    for (const { labels, buckets, seconds, count } of this.#counts.values()) {
      let within = 0
      this.#ends.forEach((end, place) => {
        within += buckets[place]
        samples.push({ labels: { ...labels, le: String(end) }, value: within, suffix: '_bucket' })
      })
      samples.push({ labels: { ...labels, le: '+Inf' }, value: count, suffix: '_bucket' })
      samples.push({ labels, value: seconds, suffix: '_sum' })
      samples.push({ labels, value: count, suffix: '_count' })
    }
    return { name, help, type: 'histogram', samples }
  }
}
