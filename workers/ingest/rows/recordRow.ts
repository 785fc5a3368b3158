import type { FetchedRecord } from '../bodies/fetchContribution.ts'
import type { ChainContribution } from '../contributions/contributionsAfter.ts'
import type { RecordRow } from './ingestStore.ts'

/** The row of a record: what names and counts it, nothing of what it says. */
export function recordRow(
  chain: ChainContribution,
  { recordNo, recordId, byteLength, record }: FetchedRecord,
  tokenCount: number,
): RecordRow {
  const { author, package: name, path, url } = record.source
  return {
    recordNo,
    recordId,
    datanetId: chain.datanetId,
    contributionId: chain.contributionId,
    accountId: chain.accountId,
    byteLength,
    tokenCount,
    kind: record.kind,
    label: author ?? name ?? path ?? url ?? '',
    package: name ?? '',
  }
}
