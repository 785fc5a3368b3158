import type { ChainLog } from './chainTypes.ts'

/** Which logs are wanted: of these contracts, with one of these first topics. */
export interface LogFilter {
  /** Null for contracts of any address. */
  readonly addresses: readonly string[] | null
  /** Null for any, which anonymous events need. */
  readonly firstTopics: readonly string[] | null
}

/** Addresses in one request at most; providers refuse very long lists. */
const MAX_ADDRESSES = 500

/** The filters as `eth_getLogs` takes them, without a range of blocks. */
export function toLogRequests(filters: readonly LogFilter[]): Record<string, unknown>[] {
  return filters.flatMap(({ addresses, firstTopics }) => {
    const topics = firstTopics === null ? {} : { topics: [firstTopics] }
    if (addresses === null) return [topics]
    const requests: Record<string, unknown>[] = []
    for (let start = 0; start < addresses.length; start += MAX_ADDRESSES) {
      requests.push({ address: addresses.slice(start, start + MAX_ADDRESSES), ...topics })
    }
    return requests
  })
}

/** Whether a log is one that a filter asks for. */
export function matchesFilter({ addresses, firstTopics }: LogFilter, log: ChainLog): boolean {
  return (
    (addresses === null || addresses.includes(log.address)) &&
    (firstTopics === null || firstTopics.includes(log.topics[0]))
  )
}

/** Orders logs by block and index; one that several filters found is kept once. */
export function sortLogs(logs: readonly ChainLog[]): ChainLog[] {
  const sorted = logs.toSorted(
    (one, other) => one.blockNumber - other.blockNumber || one.logIndex - other.logIndex,
  )
  return sorted.filter((log, index) => {
    const previous = sorted[index - 1]
    return log.blockHash !== previous?.blockHash || log.logIndex !== previous.logIndex
  })
}
