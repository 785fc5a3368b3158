/** What the cut looks at in a receipt that waits for its batch. */
export interface Waiting {
  inferenceNo: bigint
  paramsVersion: number
}

/**
 * The receipts of the next batch: without a gap from `next` on, under one version of the
 * parameters, at most `limit`. Empty when the receipt of `next` is not there yet.
 *
 * @param waiting in any order; receipts before `next` are already committed and left out
 */
export function cutBatch<Entry extends Waiting>(
  waiting: readonly Entry[],
  next: bigint,
  limit: number,
): Entry[] {
  const byNumber = new Map(waiting.map((entry) => [entry.inferenceNo, entry]))
  const batch: Entry[] = []
  for (let at = next; batch.length < limit; at += 1n) {
    const entry = byNumber.get(at)
    if (entry === undefined || entry.paramsVersion !== (batch[0] ?? entry).paramsVersion) break
    batch.push(entry)
  }
  return batch
}
