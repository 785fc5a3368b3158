/** What `fetch` takes to GET an address, or to POST it a body as JSON. */
export function jsonRequest(body: unknown, signal: AbortSignal | undefined): RequestInit {
  if (body === undefined) return { signal }
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal,
  }
}
