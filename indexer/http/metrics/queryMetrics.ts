import { Histogram } from './histogram.ts'
import type { MetricFamily } from './metricFamily.ts'

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Counts queries by deployment, and how long their answers took. */
export class QueryMetrics {
  readonly #times = new Histogram(SECONDS)
  readonly #failures = new Map<string, number>()

  /** @param seconds from the request's body to its answer. */
  observe(deployment: string, seconds: number, failed: boolean): void {
    this.#times.observe({ deployment }, seconds)
    this.#failures.set(deployment, (this.#failures.get(deployment) ?? 0) + Number(failed))
  }

  families(): MetricFamily[] {
    return [
      this.#times.family('query_execution_time', 'Seconds that answers to GraphQL queries took'),
      {
        name: 'query_failures_total',
        help: 'GraphQL queries that were answered with errors',
        type: 'counter',
        samples: [...this.#failures].map(([deployment, value]) => ({
          labels: { deployment },
          value,
        })),
      },
    ]
  }
}
