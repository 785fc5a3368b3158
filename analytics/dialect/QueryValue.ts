/** Types that a value of a query can have on the server. */
export type ValueType =
  | 'UInt16'
  | 'UInt32'
  | 'UInt64'
  | 'Int64'
  | 'Int256'
  | 'String'
  | 'UUID'
  | "DateTime64(3, 'UTC')"

/** A value with the type under which the server reads it; made by `ch`. */
export class QueryValue {
  readonly type: ValueType | `Array(${ValueType})`
  /** As `@clickhouse/client` sends it; a list becomes an array. */
  readonly value: string | string[]

  constructor(type: ValueType, value: string | string[]) {
    this.type = Array.isArray(value) ? `Array(${type})` : type
    this.value = value
    Object.freeze(this)
  }
}
