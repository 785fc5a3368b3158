/** Facts about a record; units as in `tables/record.ts`. */
export interface RecordFactsRow {
  recordNo: bigint
  recordId: string
  datanetId: bigint
  contributionId: bigint
  accountId: bigint
  byteLength: number
  tokenCount: number
  kind: 'text' | 'qa' | 'correction' | 'preference'
  label: string
  package: string
}

/** The columns of a {@link RecordFactsRow}. */
export const recordColumns = [
  'r.record_no as recordNo',
  'r.record_id as recordId',
  'r.datanet_id as datanetId',
  'r.contribution_id as contributionId',
  'r.account_id as accountId',
  'r.byte_length as byteLength',
  'r.token_count as tokenCount',
  'r.kind',
  'r.label',
  'r.package',
] as const
