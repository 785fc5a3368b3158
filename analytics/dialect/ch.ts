import { type RawBuilder, sql } from 'kysely'
import * as column from '../tables/column.ts'
import { QueryValue, type ValueType } from './QueryValue.ts'

/**
 * Values of a query, each with its type on the server. They travel beside the statement, never in
 * it, and a value without a tag does not compile: what a JavaScript value means is not guessed.
 *
 * @throws AnalyticsError where the type cannot hold the value
 * @example
 * db.selectFrom('ledger').where('account_id', 'in', ch.u64s(ids)).limit(ch.u32(10))
 */
export const ch = {
  u16: one('UInt16', column.u16),
  u32: one('UInt32', column.u32),
  u32s: many('UInt32', column.u32),
  u64: one('UInt64', column.u64),
  u64s: many('UInt64', column.u64),
  i64: one('Int64', column.i64),
  i256: one('Int256', column.i256),
  text: one('String', column.text),
  texts: many('String', column.text),
  uuid: one('UUID', column.uuid),
  uuids: many('UUID', column.uuid),
  dateTime: one("DateTime64(3, 'UTC')", column.dateTime),
}

function one<T>(type: ValueType, { toJson }: column.Column<T>): (value: T) => RawBuilder<T> {
  return (value) => parameter<T>(new QueryValue(type, toJson(value)))
}

/** For `in`: one parameter, however many values. */
function many<T extends string | number | bigint>(
  type: ValueType,
  { toJson }: column.Column<T>,
): (values: readonly T[]) => RawBuilder<T> {
  return (values) => {
    for (const value of values) toJson(value)
    return parameter<T>(new QueryValue(type, [...values]))
  }
}

/** To Kysely the parameter is what it stands for. */
function parameter<T>(value: QueryValue): RawBuilder<T> {
  return sql.val(value) as RawBuilder<unknown> as RawBuilder<T>
}
