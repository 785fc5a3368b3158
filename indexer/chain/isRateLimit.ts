import type { RpcError } from './rpcErrors.ts'

const TOO_FAST =
  /rate.?limit|too many requests|request limit|requests per second|throttl|compute units|exceeded.*capacity/i

/** Whether a provider says "too fast, come again". */
export function isRateLimit({ code, message, method }: RpcError): boolean {
  if (TOO_FAST.test(message) || code === 429) return true
  // For logs, the same code says that there are too many of them.
  return code === -32005 && method !== 'eth_getLogs'
}
