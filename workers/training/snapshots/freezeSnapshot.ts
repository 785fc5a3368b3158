import type { Snapshot } from '@tributary/protocol/records/snapshotRoot'
import { snapshotRoot } from '@tributary/protocol/records/snapshotRoot'
import type { ChainContribution } from '../../ingest/contributions/contributionsAfter.ts'
import { log } from '../../process/log.ts'
import { sleep } from '../../process/sleep.ts'
import { TrainingNotReady } from '../errors.ts'

/** What a snapshot is made from. */
export interface SnapshotSource {
  /** The Datanet's contributions in finalized blocks, by id. */
  contributions(datanetId: bigint): Promise<ChainContribution[]>
  /** Ids of the Datanet's contributions that were verified and taken in. */
  ingested(datanetId: bigint): Promise<ReadonlySet<bigint>>
}

/** A Datanet at one moment: what a model is trained on. */
export interface FrozenSnapshot extends Snapshot {
  contributions: ChainContribution[]
}

const PATIENCE_MS = 15_000
const LOOK_AGAIN_MS = 500

/**
 * Freezes a Datanet as it stands in finalized blocks. Waits for ingest for as long as it gets on;
 * what it has refused does not belong to the snapshot.
 */
export async function freezeSnapshot(
  source: SnapshotSource,
  datanetId: bigint,
  signal: AbortSignal,
  patienceMs: number = PATIENCE_MS,
): Promise<FrozenSnapshot> {
  const onChain = await source.contributions(datanetId)
  let missing = Infinity
  let taken: ChainContribution[] = []
  for (let patience = patienceMs; missing > 0 && patience > 0; patience -= LOOK_AGAIN_MS) {
    signal.throwIfAborted()
    const ingested = await source.ingested(datanetId)
    taken = onChain.filter(({ contributionId }) => ingested.has(contributionId))
    if (onChain.length - taken.length < missing) patience = patienceMs
    missing = onChain.length - taken.length
    if (missing > 0) await sleep(Math.min(LOOK_AGAIN_MS, patience), signal)
  }
  signal.throwIfAborted()
  const last = taken.at(-1)
  if (last === undefined) {
    throw new TrainingNotReady(
      `Datanet ${datanetId} has no record to train on: of ${onChain.length} contributions in ` +
        'finalized blocks none is taken in',
      'See whether the Datanet exists, and in the log of ingest why contributions are refused.',
    )
  }
  if (missing > 0) log('training', 'trains without refused contributions', { datanetId, missing })
  return {
    datanetId,
    snapshotRoot: snapshotRoot(taken),
    lastRecordNo: last.firstRecordNo + BigInt(last.records) - 1n,
    contributions: taken,
  }
}
