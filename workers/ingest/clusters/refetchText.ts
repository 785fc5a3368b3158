import { readRecord } from '@tributary/protocol/records/readRecord'
import { recordText } from '@tributary/protocol/records/recordText'
import type { ContentStore } from '@tributary/storage/client/contentStore'
import { StoreClientError } from '@tributary/storage/client/storeRequest'

/** The text of a record that was taken in before, or `undefined` where it was erased since. */
export async function refetchText(
  store: Pick<ContentStore, 'find'>,
  recordId: string,
): Promise<string | undefined> {
  try {
    const bytes = await store.find(recordId)
    return bytes === null ? undefined : recordText(readRecord(bytes, recordId))
  } catch (error) {
    // A damaged copy tells no more than none.
    if (error instanceof StoreClientError && error.code === 'store_corrupt') return undefined
    throw error
  }
}
