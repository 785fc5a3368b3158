/** One line of a stage's log: what happened, and the values that tell which. */
export type LogFields = Record<string, string | number | boolean | bigint | null | undefined>

/** Writes one line of JSON to standard output; bigints become decimal strings. */
export function log(stage: string, message: string, fields: LogFields = {}): void {
  const line = { at: new Date().toISOString(), stage, message, ...fields }
  const text = JSON.stringify(line, (_, value) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
  process.stdout.write(`${text}\n`)
}
