import type { PoolClient } from 'pg'
import { aggregateOverBuckets, aggregateOverRows } from '../layout/aggregateSql.ts'
import { quoteIdentifier } from '../layout/quoteIdentifier.ts'
import type {
  AggregationInterval,
  AggregationType,
  EntityModel,
  EntityType,
  Field,
} from '../schema/entityModel.ts'

const SECONDS: Readonly<Record<AggregationInterval, bigint>> = { hour: 3_600n, day: 86_400n }

/** A block's place in time. */
export interface BlockTime {
  readonly number: number
  /** Seconds since 1970. */
  readonly timestamp: bigint
}

interface RollUp {
  readonly seconds: bigint
  /** Fills one bucket. Parameters: its start, its end, and the block that it belongs to. */
  readonly insert: string
}

/** Fills the buckets of aggregations from the timeseries that they are made of. */
export class RollUps {
  /** Those of shorter intervals first. */
  readonly #rollUps: readonly RollUp[]

  constructor(model: EntityModel, namespace: string) {
    const rollUps = model.aggregations.flatMap((aggregation) =>
      aggregation.intervals.map((interval) => ({
        seconds: SECONDS[interval],
        insert: insertBucket(model, aggregation, interval, namespace),
      })),
    )
    this.#rollUps = rollUps.sort((one, other) => Number(one.seconds - other.seconds))
  }

  /**
   * Fills every bucket that ended with one of some blocks in a row, and gives it to that block.
   * What the blocks wrote must be in the store.
   *
   * @param before the block before them, or null when they are the first.
   */
  async run(
    client: Pick<PoolClient, 'query'>,
    before: BlockTime | null,
    blocks: readonly BlockTime[],
  ): Promise<void> {
    if (this.#rollUps.length === 0) return
    let last = before?.timestamp ?? blocks[0]?.timestamp
    for (const { number, timestamp } of blocks) {
      for (const { seconds, insert } of this.#rollUps) {
        // Between two blocks nothing is written: only the bucket of the first can be other than empty.
        const bucket = last / seconds
        if (timestamp / seconds <= bucket) break
        await client.query(insert, [
          (bucket * seconds).toString(),
          ((bucket + 1n) * seconds).toString(),
          number,
        ])
      }
      last = timestamp
    }
  }
}

function insertBucket(
  model: EntityModel,
  aggregation: AggregationType,
  interval: AggregationInterval,
  namespace: string,
): string {
  const source = model.entities.find((type) => type.name === aggregation.source) as EntityType
  const schema = quoteIdentifier(namespace)
  const from = `${schema}.${quoteIdentifier(source.table)}`
  const into = `${schema}.${quoteIdentifier(aggregation.tables[interval])}`
  const column = (type: { readonly fields: readonly Field[] }, name: string) =>
    quoteIdentifier((type.fields.find((field) => field.name === name) as Field).column)
  const dimensions = aggregation.dimensions.map((name) => column(source, name))
  const columnOf = (name: string) =>
    source.fields.find((field) => field.name === name)?.column ?? null
  const aggregates = aggregation.aggregates.map((aggregate) => ({
    aggregate,
    name: column(aggregation, aggregate.field),
    value: aggregateOverRows(aggregate, 's', columnOf),
  }))
  const start = 'to_timestamp($1::bigint)'
  const selected = [
    'max(s.id) as id',
    `${start} as timestamp`,
    ...dimensions,
    ...aggregates.map(({ name, value }) => `${value} as ${name}`),
  ]
  // Without dimensions there would be a row even of nothing.
  const groups = dimensions.length > 0 ? `group by ${dimensions.join(', ')}` : 'having count(*) > 0'
  const bucket =
    `select ${selected.join(', ')} from ${from} as s ` +
    `where s.timestamp >= ${start} and s.timestamp < to_timestamp($2::bigint) ${groups}`
  // What came before is in the last bucket that holds the same dimensions, however far back.
  const same = dimensions.map((name) => ` and p.${name} = b.${name}`).join('')
  const previous = aggregates.some(({ aggregate }) => aggregate.cumulative)
    ? ` left join lateral (select * from ${into} as p where p.timestamp < ${start}${same} order by p.timestamp desc limit 1) as p on true`
    : ''
  const values = aggregates.map(({ aggregate, name }) =>
    aggregate.cumulative ? aggregateOverBuckets(aggregate.fn, name) : `b.${name}`,
  )
  const columns = [
    'id',
    'timestamp',
    'block$',
    ...dimensions,
    ...aggregates.map(({ name }) => name),
  ]
  const row = [
    'b.id',
    'b.timestamp',
    '$3::int',
    ...dimensions.map((name) => `b.${name}`),
    ...values,
  ]
  return (
    `insert into ${into} (${columns.join(', ')}) ` +
    `select ${row.join(', ')} from (${bucket}) as b${previous}`
  )
}
