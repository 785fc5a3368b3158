import { aggregateOverBuckets, aggregateOverRows } from '../../layout/aggregateSql.ts'
import { quoteIdentifier } from '../../layout/quoteIdentifier.ts'
import { sqlType } from '../../layout/sqlType.ts'
import type { Field } from '../../schema/entityModel.ts'
import type { QueryTable, Rollup } from '../catalog/catalog.ts'
import { atBlock } from './atBlock.ts'
import type { FilterContext } from './compileFilter.ts'

/**
 * A statement that aggregates the rows of an aggregation's source that are in no stored bucket
 * yet. Its columns are those of the aggregation's table.
 *
 * @param condition on the source's rows, which stand as `c`.
 */
export function currentBucket(
  table: QueryTable,
  condition: string,
  context: FilterContext,
): string {
  const rollup = table.rollup as Rollup
  const { aggregation, source, sourceSql, seconds } = rollup
  const columns = new Map(source.fields.map((field) => [field.name, field.column]))
  const columnOf = (name: string) => columns.get(name) ?? null
  const field = (name: string) => table.fields.get(name) as Field
  const type = ({ type }: Field) => sqlType(type, context.catalog.model, context.catalog.namespace)
  const dimensions = aggregation.dimensions.map((name) => quoteIdentifier(field(name).column))
  const aggregates = aggregation.aggregates.map((aggregate) => ({
    aggregate,
    name: quoteIdentifier(field(aggregate.field).column),
    type: type(field(aggregate.field)),
  }))
  const values = aggregates.map(({ aggregate, name, type }) => {
    return `(${aggregateOverRows(aggregate, 'c', columnOf)})::${type} as ${name}`
  })
  const bin = `date_bin('${seconds} s', c.timestamp, 'epoch'::timestamptz)`
  const stored = `select max(s.timestamp) + '${seconds} s'::interval from ${table.sqlName} as s where ${atBlock(table, 's', context)}`
  const bucket =
    `select ${['max(c.id) as id', 'max(c.block$) as block$', `max(${bin}) as timestamp`, ...dimensions, ...values].join(', ')} ` +
    `from ${sourceSql} as c where c.timestamp >= coalesce((${stored}), '-infinity') and ${condition} ` +
    // Without dimensions there would be a row even of nothing.
    `${dimensions.length > 0 ? `group by ${dimensions.join(', ')}` : 'having count(*) > 0'}`
  if (!aggregates.some(({ aggregate }) => aggregate.cumulative)) return bucket

  const same = dimensions.map((name) => ` and s.${name} = b.${name}`).join('')
  const previous =
    `select s.* from ${table.sqlName} as s where ${atBlock(table, 's', context)}${same} ` +
    'order by s.timestamp desc limit 1'
  const combined = aggregates.map(({ aggregate, name }) => {
    return `${aggregate.cumulative ? aggregateOverBuckets(aggregate.fn, name) : `b.${name}`} as ${name}`
  })
  const plain = ['id', 'block$', 'timestamp', ...dimensions].map((name) => `b.${name}`)
  return (
    `select ${[...plain, ...combined].join(', ')} from (${bucket}) as b ` +
    `left join lateral (${previous}) as p on true`
  )
}
