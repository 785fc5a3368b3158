import { AnalyticsError } from '../client/AnalyticsError.ts'

/**
 * A value of ClickHouse's JSON as the JavaScript value that holds all of it: whole numbers of 64
 * bits and more become bigint, times become Date.
 *
 * @param type name of the column's type, for example `Array(Nullable(UInt64))`
 * @throws AnalyticsError where the type has no exact form here, or digits may have been lost
 */
export function decodeValue(type: string, value: unknown): unknown {
  const [, outer = type, inner = ''] = /^(\w+)\((.*)\)$/s.exec(type) ?? []
  if (outer === 'Nullable') return value === null ? null : decodeValue(inner, value)
  if (outer === 'LowCardinality') return decodeValue(inner, value)
  if (outer === 'SimpleAggregateFunction') {
    return decodeValue(inner.slice(inner.indexOf(',') + 1).trim(), value)
  }
  if (outer === 'Array' && Array.isArray(value))
    return value.map((item) => decodeValue(inner, item))
  if (BIG.has(outer) && typeof value === 'string' && /^-?[0-9]+$/.test(value)) return BigInt(value)
  if (SMALL.has(outer) && typeof value === 'number') return value
  if (TEXT.has(outer) && typeof value === 'string') return value
  if (outer === 'Bool' && typeof value === 'boolean') return value
  if (/^DateTime/.test(outer) && /UTC/.test(inner) && typeof value === 'string') {
    const date = new Date(`${value.replace(' ', 'T')}Z`)
    if (!Number.isNaN(date.getTime())) return date
  }
  throw new AnalyticsError(`ClickHouse sent ${JSON.stringify(value)} as ${type}`, {
    code: 'analytics_type',
    hint: BIG.has(outer)
      ? 'Ask with output_format_json_quote_64bit_integers = 1, as createAnalyticsClient does.'
      : 'Cast the column to a type that decodeValue knows.',
  })
}

const BIG = new Set(['UInt64', 'Int64', 'UInt128', 'Int128', 'UInt256', 'Int256'])
const SMALL = new Set(['UInt8', 'Int8', 'UInt16', 'Int16', 'UInt32', 'Int32', 'Float64', 'Float32'])
const TEXT = new Set(['String', 'FixedString', 'UUID', 'Enum8', 'Enum16', 'Date', 'Date32'])
