import { AnalyticsError } from '../client/AnalyticsError.ts'

/** A column of a table: its ClickHouse type, and how a value of it is written in JSON. */
export interface Column<T> {
  readonly type: string
  /** @throws AnalyticsError where the column cannot hold the value */
  toJson(value: T): string | number
}

/** Columns of a table by name. */
// biome-ignore lint/suspicious/noExplicitAny: a column's value type is in both its directions
export type Columns = Record<string, Column<any>>

/** The row that a table with these columns holds. */
export type RowOf<C extends Columns> = {
  [Name in keyof C]: C[Name] extends Column<infer Value> ? Value : never
}

/** Unsigned whole number that a JavaScript number holds exactly. */
export const u16 = smallInteger('UInt16', 0, 2 ** 16 - 1)
export const u32 = smallInteger('UInt32', 0, 2 ** 32 - 1)
export const i8 = smallInteger('Int8', -(2 ** 7), 2 ** 7 - 1)

/** Whole numbers beyond JavaScript's. */
export const u64 = bigInteger('UInt64', 0n, 2n ** 64n - 1n)
export const i64 = bigInteger('Int64', -(2n ** 63n), 2n ** 63n - 1n)
export const i256 = bigInteger('Int256', -(2n ** 255n), 2n ** 255n - 1n)

export const text: Column<string> = {
  type: 'String',
  toJson(value) {
    if (typeof value === 'string') return value
    throw refused('String', value)
  },
}

/** 32 bytes as 0x and 64 hex digits; stored in lower case. */
export const hash: Column<string> = {
  type: 'String',
  toJson(value) {
    if (/^0x[0-9a-fA-F]{64}$/.test(value)) return value.toLowerCase()
    throw refused('a 0x-hex hash of 32 bytes', value)
  },
}

/** An address as 0x and 40 hex digits; stored in lower case. */
export const address: Column<string> = {
  type: 'String',
  toJson(value) {
    if (/^0x[0-9a-fA-F]{40}$/.test(value)) return value.toLowerCase()
    throw refused('an address', value)
  },
}

export const uuid: Column<string> = {
  type: 'UUID',
  toJson(value) {
    if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) return value.toLowerCase()
    throw refused('a UUID', value)
  },
}

/** A moment to the millisecond. */
export const dateTime: Column<Date> = {
  type: "DateTime64(3, 'UTC')",
  toJson(value) {
    // Years that ClickHouse's type holds; outside it would clip without a word.
    const year = value instanceof Date ? value.getUTCFullYear() : Number.NaN
    if (!(year >= 1970 && year <= 2261)) throw refused('a date from 1970 to 2261', value)
    return value.toISOString().replace('T', ' ').slice(0, -1)
  },
}

/** One of some names, numbered from 1 in their order. */
export function oneOf<const Names extends readonly string[]>(
  ...names: Names
): Column<Names[number]> {
  const type = `Enum8(${names.map((name, at) => `'${name}' = ${at + 1}`).join(', ')})`
  return {
    type,
    toJson(value) {
      if (names.includes(value)) return value
      throw refused(`one of ${names.join(', ')}`, value)
    },
  }
}

function smallInteger(type: string, least: number, most: number): Column<number> {
  return {
    type,
    toJson(value) {
      // ClickHouse itself wraps what is too large: 2^32 in a UInt32 becomes 0.
      if (Number.isInteger(value) && value >= least && value <= most) return value
      throw refused(type, value)
    },
  }
}

function bigInteger(type: string, least: bigint, most: bigint): Column<bigint> {
  return {
    type,
    toJson(value) {
      if (typeof value === 'bigint' && value >= least && value <= most) return value.toString()
      throw refused(type, value)
    },
  }
}

function refused(expected: string, value: unknown): AnalyticsError {
  return new AnalyticsError(`${String(value)} (${typeof value}) is not ${expected}`, {
    code: 'analytics_value',
  })
}
