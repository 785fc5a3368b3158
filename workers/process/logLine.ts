/** What one line of a process's log carries beside its time. */
export type LogFields = Record<string, unknown>

/** Writes one line of JSON to standard output; bigints become decimal strings. */
export function logLine(part: string, event: string, fields: LogFields = {}): void {
  const line = { time: new Date().toISOString(), part, event, ...fields }
  process.stdout.write(
    `${JSON.stringify(line, (_, value) => (typeof value === 'bigint' ? value.toString() : value))}\n`,
  )
}
