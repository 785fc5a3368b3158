import { TributaryError } from '@tributary/protocol/errors/tributaryError'

const DEPTH = 4

/** An error as log fields: what happened, what to do about it, and what led to it. */
export function describeError(error: unknown): { error: string; hint?: string; causes?: string[] } {
  const causes: string[] = []
  let cause = error instanceof Error ? error.cause : undefined
  while (cause !== undefined && causes.length < DEPTH) {
    causes.push(messageOf(cause))
    cause = cause instanceof Error ? cause.cause : undefined
  }
  return {
    error: messageOf(error),
    ...(error instanceof TributaryError && error.hint !== null ? { hint: error.hint } : {}),
    ...(causes.length > 0 ? { causes } : {}),
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // fetch and ethers put the reason of a refused connection on a code only.
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : ''
  return `${error.name}: ${error.message}${code}`
}
