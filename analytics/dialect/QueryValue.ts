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

type Scalar = string | number | bigint

/** A value with the type under which the server reads it; made by `ch`. */
export class QueryValue {
  readonly type: ValueType | `Array(${ValueType})`
  /** As `@clickhouse/client` takes it; texts in an array are quoted by it, numbers are not. */
  readonly value: Scalar | Scalar[]

  constructor(type: ValueType, value: Scalar | Scalar[]) {
    this.type = Array.isArray(value) ? `Array(${type})` : type
    this.value = value
    Object.freeze(this)
  }
}
