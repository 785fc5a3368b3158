import type { MetricFamily, Sample } from './metricFamily.ts'

/** Upper ends of the buckets that answer times are counted in; seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

interface Counts {
  readonly buckets: number[]
  seconds: number
  queries: number
  failed: number
}

/** Counts queries by deployment, and how long their answers took. */
export class QueryMetrics {
  readonly #counts = new Map<string, Counts>()

  /** @param seconds from the request's body to its answer. */
  observe(deployment: string, seconds: number, failed: boolean): void {
    let counts = this.#counts.get(deployment)
    if (!counts) {
      counts = { buckets: BUCKETS.map(() => 0), seconds: 0, queries: 0, failed: 0 }
      this.#counts.set(deployment, counts)
    }
    counts.queries += 1
    counts.seconds += seconds
    if (failed) counts.failed += 1
    const bucket = BUCKETS.findIndex((end) => seconds <= end)
    if (bucket >= 0) counts.buckets[bucket] += 1
  }

  families(): MetricFamily[] {
    const times: Sample[] = []
    const failures: Sample[] = []
    for (const [deployment, counts] of this.#counts) {
      let within = 0
      BUCKETS.forEach((end, place) => {
        within += counts.buckets[place]
        times.push({ labels: { deployment, le: String(end) }, value: within, suffix: '_bucket' })
      })
      const { queries, seconds, failed } = counts
      times.push({ labels: { deployment, le: '+Inf' }, value: queries, suffix: '_bucket' })
      times.push({ labels: { deployment }, value: seconds, suffix: '_sum' })
      times.push({ labels: { deployment }, value: queries, suffix: '_count' })
      failures.push({ labels: { deployment }, value: failed })
    }
    return [
      {
        name: 'query_execution_time',
        help: 'Seconds that answers to GraphQL queries took',
        type: 'histogram',
        samples: times,
      },
      {
        name: 'query_failures_total',
        help: 'GraphQL queries that were answered with errors',
        type: 'counter',
        samples: failures,
      },
    ]
  }
}
