/** Blocks, and logs of so many blocks, in one request. */
const BLOCKS = 100
const LOGS = 1_000
/** Requests under way at once. */
const CONCURRENT = 4

/**
 * Seconds that it takes to fetch and parse all logs of a contract and all blocks, with nothing
 * done to them: no host that reads the same node can be faster.
 */
export async function measureLimit(url: string, address: string, last: number): Promise<number> {
  const started = performance.now()
  const bodies: object[] = []
  for (let from = 0; from <= last; from += LOGS) {
    const to = Math.min(last, from + LOGS - 1)
    bodies.push(call('eth_getLogs', [{ address, fromBlock: hex(from), toBlock: hex(to) }]))
  }
  for (let from = 0; from <= last; from += BLOCKS) {
    const length = Math.min(BLOCKS, last - from + 1)
    bodies.push(
      Array.from({ length }, (_, index) => call('eth_getBlockByNumber', [hex(from + index), true])),
    )
  }
  const worker = async () => {
    for (let body = bodies.shift(); body !== undefined; body = bodies.shift()) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      await response.json()
    }
  }
  await Promise.all(Array.from({ length: CONCURRENT }, worker))
  return (performance.now() - started) / 1_000
}

let nextId = 1

function call(method: string, params: unknown[]): object {
  return { jsonrpc: '2.0', id: nextId++, method, params }
}

function hex(value: number): string {
  return `0x${value.toString(16)}`
}
