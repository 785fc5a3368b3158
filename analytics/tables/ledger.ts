import type { LedgerPath, LedgerRole } from '@tributary/protocol/fees/inferenceLines'
import { type Column, dateTime, i8, i256, oneOf, type RowOf, u16, u32, u64 } from './column.ts'

export const ledgerRole: Column<LedgerRole> = oneOf(
  'contributor',
  'base',
  'commons',
  'modelOwner',
  'host',
  'stakers',
  'curators',
  'treasury',
)

export const ledgerPath: Column<LedgerPath> = oneOf('vector', 'split')

/** What each wei of each fee was for. Append-only; a correction is the same line with sign −1. */
export const ledger = {
  inference_no: u64,
  /** Place in `inferenceLines`, from 0. */
  line_no: u16,
  /** When the receipt was issued. */
  ts: dateTime,
  service_id: u16,
  batch_id: u64,
  epoch_id: u32,
  params_version: u32,
  role: ledgerRole,
  path: ledgerPath,
  model_id: u64,
  /** 0n, as the three below, where the line is not about a record. */
  datanet_id: u64,
  contribution_id: u64,
  record_no: u64,
  cluster_id: u64,
  account_id: u64,
  ppm: u32,
  wei: i256,
  sign: i8,
}

export type LedgerRow = RowOf<typeof ledger>
