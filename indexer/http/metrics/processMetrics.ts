import type { MetricFamily } from './metricFamily.ts'

/** What the process takes, under Prometheus' usual names. */
export function processMetrics(): MetricFamily[] {
  const { user, system } = process.cpuUsage()
  const memory = process.memoryUsage()
  const metric = (
    name: string,
    help: string,
    value: number,
    type: MetricFamily['type'] = 'gauge',
  ) => ({ name, help, type, samples: [{ labels: {}, value }] })
  return [
    metric('process_cpu_seconds_total', 'CPU time spent', (user + system) / 1e6, 'counter'),
    metric('process_resident_memory_bytes', 'Memory held', memory.rss),
    metric('nodejs_heap_used_bytes', 'JavaScript heap in use', memory.heapUsed),
    metric('process_start_time_seconds', 'Start of the process', startSeconds()),
  ]
}

function startSeconds(): number {
  return Math.floor(Date.now() / 1000 - process.uptime())
}
