import type { RpcObserver } from '../../chain/rpcObserver.ts'
import { Histogram } from './histogram.ts'
import type { MetricFamily, Sample } from './metricFamily.ts'

/** graph-node's. */
const SECONDS = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6]

/** graph-node's `eth_rpc_status`: what a node of another chain is told by, and a good one. */
const GENESIS_DIFFERS = 2
const OK = 0

/** How the chain's nodes answer; named as graph-node names it, but for the failures in a row. */
export class RpcMetrics implements RpcObserver {
  readonly #times = new Histogram(SECONDS)
  readonly #errors = new Map<string, Sample>()
  readonly #states = new Map<string, { failures: number; foreign: boolean }>()

  answered(provider: string, method: string, seconds: number): void {
    this.#times.observe({ method, provider }, seconds)
  }

  failed(provider: string, method: string): void {
    const key = `${method} ${provider}`
    const value = (this.#errors.get(key)?.value ?? 0) + 1
    this.#errors.set(key, { labels: { method, provider }, value })
  }

  is(provider: string, failures: number, foreign: boolean): void {
    this.#states.set(provider, { failures, foreign })
  }

  families(): MetricFamily[] {
    const states = [...this.#states].map(([provider, state]) => ({ labels: { provider }, state }))
    return [
      this.#times.family('eth_rpc_request_duration', 'Seconds that the chain took to answer'),
      {
        name: 'eth_rpc_errors',
        help: 'Requests that a node of the chain did not answer, refused or answered falsely',
        type: 'counter',
        samples: [...this.#errors.values()],
      },
      {
        name: 'eth_rpc_status',
        help: 'Whether a node serves the chain that is indexed: 0 = ok, 2 = it serves another',
        type: 'gauge',
        samples: states.map(({ labels, state }) => {
          return { labels, value: state.foreign ? GENESIS_DIFFERS : OK }
        }),
      },
      {
        name: 'eth_rpc_failures_in_a_row',
        help: 'Failures of a node since its last good answer; above 0 others are asked first',
        type: 'gauge',
        samples: states.map(({ labels, state }) => ({ labels, value: state.failures })),
      },
    ]
  }
}
