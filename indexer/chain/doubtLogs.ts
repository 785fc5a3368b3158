import type { BlockPointer, ChainLog } from './chainTypes.ts'
import type { LogFilter } from './logFilter.ts'
import { LogsBloom } from './logsBloom.ts'

/** A block as far as its logs are held against it. */
export interface BloomedBlock extends BlockPointer {
  readonly logsBloom?: string | null
}

/** Set bits of a bloom above which it claims so much that it proves nothing. */
const HALF_FULL = 1_024
/** Bits that are left when known logs are taken off: those of about twenty logs. */
const FEW_BITS = 192

/**
 * Why the logs that a node gave for a block cannot be right, or may not be all that were asked
 * for. A block's bloom filter speaks of all its logs: when the given ones account for every bit,
 * nothing is left out; when a few bits remain, they may be others' logs or ours; in a busy block
 * only a contract that the bloom speaks of and that has no log at all is reason to doubt.
 *
 * @param logs of the block's number that match one of the filters.
 * @returns null when there is no reason.
 */
export function doubtLogs(
  block: BloomedBlock,
  logs: readonly ChainLog[],
  filters: readonly LogFilter[],
): string | null {
  if (logs.some((log) => log.blockHash !== block.hash)) return 'are of another block'
  const bloom = LogsBloom.read(block.logsBloom)
  if (bloom === null) return null
  const given = LogsBloom.of(logs)
  if (given.beyond(bloom) > 0) return 'hold one that its bloom filter does not know'
  const left = bloom.beyond(given)
  if (left === 0) return null
  const asked = filters.filter((filter) => mayMatch(bloom, filter))
  if (asked.length === 0) return null
  if (left <= FEW_BITS) return 'are fewer than its bloom filter speaks of'
  if (bloom.size > HALF_FULL) return null
  const silent = asked.some(({ addresses }) =>
    addresses === null
      ? logs.length === 0
      : addresses.some((one) => bloom.mayHave(one) && !logs.some((log) => log.address === one)),
  )
  return silent ? 'lack a contract that its bloom filter speaks of' : null
}

/** Whether a block may have logs that a filter asks for. */
export function mayMatch(bloom: LogsBloom, { addresses, firstTopics }: LogFilter): boolean {
  return (
    (addresses === null || addresses.some((address) => bloom.mayHave(address))) &&
    (firstTopics === null || firstTopics.some((topic) => bloom.mayHave(topic)))
  )
}
