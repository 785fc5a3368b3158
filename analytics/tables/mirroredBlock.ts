import { dateTime, type RowOf, u64 } from './column.ts'

/** A finalized block up to which everything is in the other tables. */
export const mirroredBlock = { block_number: u64, block_time: dateTime }

export type MirroredBlockRow = RowOf<typeof mirroredBlock>
