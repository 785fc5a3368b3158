import { TributaryError } from '@tributary/protocol/errors/tributaryError'
import type { CanonicalRecord } from '@tributary/protocol/records/canonicalRecord'
import {
  contributionTotals,
  readContributionManifest,
} from '@tributary/protocol/records/contributionManifest'
import { readRecord } from '@tributary/protocol/records/readRecord'
import { recordLeaf } from '@tributary/protocol/records/recordLeaf'
import { recordText } from '@tributary/protocol/records/recordText'
import type { ContentStore } from '@tributary/storage/client/contentStore'
import { StoreClientError } from '@tributary/storage/client/storeRequest'
import { errorMessage } from '../../process/errorMessage.ts'
import type { ChainContribution } from '../contributions/contributionsAfter.ts'

/** What lies in the content store is not what the chain says was contributed. */
export class ContributionRefused extends TributaryError {
  readonly contributionId: bigint
  constructor(contributionId: bigint, reason: string, cause?: unknown) {
    super(`contribution ${contributionId} is refused: ${reason}`, {
      code: 'contribution_refused',
      hint: 'Its contributor must put the right bytes into the content store; it is tried again.',
      cause,
    })
    this.contributionId = contributionId
  }
}

/** One record of a contribution, checked against the chain. */
export interface FetchedRecord {
  recordNo: bigint
  recordId: string
  byteLength: number
  record: CanonicalRecord
  /** What is indexed and clustered. */
  text: string
}

const AT_ONCE = 8

/**
 * Fetches a contribution and checks all of it: the manifest against its hash, its totals and leaves
 * against the chain's content root, every body against its recordId, every salt against its leaf.
 *
 * @throws ContributionRefused when anything is missing or different; other errors mean that the
 *   store could not be asked
 */
export async function fetchContribution(
  store: Pick<ContentStore, 'get' | 'getSalt'>,
  contribution: ChainContribution,
): Promise<FetchedRecord[]> {
  const { contributionId } = contribution
  const refuse = (reason: string, cause?: unknown): never => {
    throw new ContributionRefused(contributionId, reason, cause)
  }
  /** What the store says about a thing that it has not, or has wrong, is about the contribution. */
  const found = async <T>(what: string, get: () => Promise<T>): Promise<T> => {
    try {
      return await get()
    } catch (error) {
      if (isAway(error)) throw error
      return refuse(`${what}: ${errorMessage(error)}`, error)
    }
  }

  const manifestBytes = await found('its manifest', () => store.get(contribution.manifestHash))
  const manifest = await found('its manifest', async () => readContributionManifest(manifestBytes))
  const totals = contributionTotals(manifest)
  if (manifest.records.length !== contribution.records) {
    refuse(`its manifest lists ${manifest.records.length} records, not ${contribution.records}`)
  }
  if (totals.contentRoot !== contribution.contentRoot) {
    refuse(`its manifest has content root ${totals.contentRoot}, not ${contribution.contentRoot}`)
  }
  if (totals.bytesTotal !== contribution.bytesTotal) {
    refuse(`its manifest counts ${totals.bytesTotal} bytes, not ${contribution.bytesTotal}`)
  }

  const fetched: FetchedRecord[] = []
  const fetchOne = async (at: number): Promise<FetchedRecord> => {
    const { recordId, byteLength, leaf } = manifest.records[at]
    const recordNo = contribution.firstRecordNo + BigInt(at)
    const what = `record ${recordNo}`
    const bytes = await found(what, () => store.get(recordId))
    if (bytes.length !== byteLength) refuse(`${what} has ${bytes.length} bytes, not ${byteLength}`)
    const record = await found(what, async () => readRecord(bytes, recordId))
    const salt = await found(`the salt of ${what}`, () => store.getSalt(leaf))
    if (salt === null) return refuse(`the salt of ${what} is not in the store`)
    if (salt.length !== 32 || recordLeaf(salt, recordId, byteLength) !== leaf) {
      refuse(`the salt of ${what} does not open its leaf`)
    }
    return { recordNo, recordId, byteLength, record, text: recordText(record) }
  }
  for (let from = 0; from < manifest.records.length; from += AT_ONCE) {
    const to = Math.min(from + AT_ONCE, manifest.records.length)
    const places = Array.from({ length: to - from }, (_, step) => from + step)
    fetched.push(...(await Promise.all(places.map(fetchOne))))
  }
  return fetched
}

/** Whether the store itself did not answer, which says nothing about the contribution. */
function isAway(error: unknown): boolean {
  if (error instanceof StoreClientError) {
    return error.code !== 'store_missing' && error.code !== 'store_corrupt'
  }
  return !(error instanceof TributaryError)
}
