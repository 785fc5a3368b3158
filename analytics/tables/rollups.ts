import { dateTime, i8, i64, i256, u16, u32, u64 } from './column.ts'
import { ledgerPath, ledgerRole } from './ledger.ts'

/** Tables that ClickHouse fills itself with each insert into the ledger; read them by sums. */
export const rollups = {
  /** What an account earned in an epoch, by role and path. */
  earnings_account_epoch: {
    account_id: u64,
    epoch_id: u32,
    role: ledgerRole,
    path: ledgerPath,
    wei: i256,
    lines: i64,
  },
  /** What a record of a Datanet earned for an account. */
  earnings_datanet_record: {
    datanet_id: u64,
    record_no: u64,
    account_id: u64,
    wei: i256,
    lines: i64,
  },
  /** The ledger in the order of accounts. */
  ledger_by_account: {
    account_id: u64,
    inference_no: u64,
    line_no: u16,
    ts: dateTime,
    epoch_id: u32,
    role: ledgerRole,
    model_id: u64,
    datanet_id: u64,
    record_no: u64,
    ppm: u32,
    wei: i256,
    sign: i8,
  },
}
