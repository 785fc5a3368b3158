/** One value of a metric, and what tells it from the others. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
  /** Appended to the metric's name, such as `_bucket`. */
  readonly suffix?: string
}

/** A metric with its values, as Prometheus reads it. */
export interface MetricFamily {
  readonly name: string
  readonly help: string
  readonly type: 'gauge' | 'counter' | 'histogram'
  readonly samples: readonly Sample[]
}

/** Writes metrics in Prometheus' text format. */
export function metricsText(families: readonly MetricFamily[]): string {
  return families.map(familyText).join('')
}

function familyText({ name, help, type, samples }: MetricFamily): string {
  const lines = samples.map(({ labels, value, suffix = '' }) => {
    return `${name}${suffix}${labelText(labels)} ${value}\n`
  })
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' }

function labelText(labels: Readonly<Record<string, string>>): string {
  const parts = Object.entries(labels).map(([key, value]) => {
    return `${key}="${value.replaceAll(/[\\"\n]/g, (char) => ESCAPES[char])}"`
  })
  return parts.length === 0 ? '' : `{${parts.join(',')}}`
}
