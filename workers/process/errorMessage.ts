/** What an unknown thrown value says, with its cause: `fetch failed` alone helps nobody. */
export function errorMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // A refused connection arrives as an AggregateError without a message of its own.
  const own = error.message || ('code' in error ? String(error.code) : error.name)
  return error.cause === undefined ? own : `${own}: ${errorMessage(error.cause)}`
}
