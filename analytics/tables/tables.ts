import type { RowOf } from './column.ts'
import { evidence } from './evidence.ts'
import { inference } from './inference.ts'
import { ledger } from './ledger.ts'
import { mirroredBlock } from './mirroredBlock.ts'
import { payout } from './payout.ts'
import { record } from './record.ts'
import { recordCluster } from './recordCluster.ts'
import { segment } from './segment.ts'

/** The tables that rows are written to; rollups follow from them by themselves. */
export const tables = {
  ledger,
  inference,
  evidence,
  record,
  record_cluster: recordCluster,
  segment,
  payout,
  mirrored_block: mirroredBlock,
}

export type TableName = keyof typeof tables

/** A row of a table; see the file of the table for its columns. */
export type TableRow<Name extends TableName> = RowOf<(typeof tables)[Name]>
