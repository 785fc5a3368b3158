import { type RowOf, u64 } from './column.ts'

/** The cluster of a record since `seq`; the highest `seq` holds. */
export const recordCluster = { record_no: u64, cluster_id: u64, seq: u64 }

export type RecordClusterRow = RowOf<typeof recordCluster>
