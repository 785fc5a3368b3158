/** A contribution of one Datanet, and whether its records can go into a segment now. */
export interface Placed {
  contributionId: bigint
  ready: boolean
  /** Bytes of its records' text, for the size of a segment. */
  bytes: number
}

/**
 * Divides what is ready among segments: runs of contributions that follow one another within their
 * Datanet. Everything else ends a run, so that a segment's first and last record number enclose
 * no record of the Datanet that another segment holds.
 *
 * @param placed all contributions of one Datanet by contributionId
 * @param maxBytes a run grows no further once it has this much
 */
export function cutRuns<T extends Placed>(placed: readonly T[], maxBytes: number): T[][] {
  const runs: T[][] = []
  let run: T[] | undefined
  let bytes = 0
  for (const contribution of placed) {
    if (!contribution.ready) {
      run = undefined
      continue
    }
    if (run === undefined || bytes >= maxBytes) {
      run = []
      bytes = 0
      runs.push(run)
    }
    run.push(contribution)
    bytes += contribution.bytes
  }
  return runs
}
