import { type GraphQLSchema, getNamedType, isEnumType, isInterfaceType } from 'graphql'
import { Random } from '../../testing/random.ts'
import { type Argument, argumentList, EnumName, plain } from './argument.ts'
import {
  asCollection,
  branchFields,
  type Collection,
  collections,
  leafFields,
} from './collection.ts'
import { FilterValues, filterFields } from './filterValues.ts'
import type { GeneratedQuery } from './generatedQuery.ts'
import { mistakes } from './mistakes.ts'
import type { Samples } from './samples.ts'

/** What queries are made for. */
export interface QueryPlan {
  readonly schema: GraphQLSchema
  readonly samples: Samples
  readonly seed: number
  /** Blocks that queries name. */
  readonly blocks: readonly { readonly number: number; readonly hash: string }[]
  /** How many queries of random shape are made, beside one for each filter and order. */
  readonly random: number
  /** How many filters and orders of each collection are tried; all where it is left out. */
  readonly systematic?: number
  /** Whether what is wrong in the usual ways is asked as well. */
  readonly mistakes: boolean
  /** Whether handlers have failed and were skipped: then most queries take answers all the same. */
  readonly hasErrors?: boolean
  /** Whether no query asks when an entity was written: files are handled when they have come. */
  readonly timeless?: boolean
}

/**
 * Queries of an API: each filter of each collection, each order, what is wrong in the usual ways,
 * and queries of random shape. The same plan gives the same queries.
 */
export function generateQueries(plan: QueryPlan): GeneratedQuery[] {
  return new Generator(plan).all()
}

/** How many rows an answer has at most, so that answers stay small. */
const ROWS = 4

class Generator {
  readonly #plan: QueryPlan
  readonly #random: Random
  readonly #values: FilterValues
  readonly #collections: readonly Collection[]

  constructor(plan: QueryPlan) {
    this.#plan = plan
    this.#random = new Random(plan.seed)
    const last = plan.timeless ? 1 : (plan.blocks.at(-1)?.number ?? 0)
    this.#values = new FilterValues(plan.samples, this.#random, last)
    this.#collections = collections(plan.schema)
  }

  all(): GeneratedQuery[] {
    const { systematic = Number.POSITIVE_INFINITY, samples, blocks } = this.#plan
    const listed = this.#collections.filter(({ isSearch }) => !isSearch)
    const queries: GeneratedQuery[] = []
    for (const collection of listed) {
      for (const field of this.#random.some(filterFields(collection), systematic)) {
        queries.push(this.#filtered(collection, { [field]: this.#values.of(collection, field) }))
      }
      for (const order of this.#random.some(orders(collection), systematic)) {
        queries.push(this.#ordered(collection, order))
      }
    }
    if (this.#plan.mistakes) queries.push(...mistakes(this.#collections, samples, blocks))
    for (let index = 0; index < this.#plan.random; index++) queries.push(this.#any())
    const seen = new Set<string>()
    return queries.filter((query) => {
      const text = JSON.stringify(query)
      return !seen.has(text) && seen.add(text)
    })
  }

  /** Half of them carry their filter in a variable. */
  #filtered(collection: Collection, where: Record<string, Argument>): GeneratedQuery {
    const rest = { ...this.#required(collection), ...this.#errors() }
    const selected = this.#leaves(collection, 2)
    if (this.#random.chance(0.5)) {
      const text = argumentList({ ...rest, first: ROWS }).slice(1, -1)
      return {
        query: `query($where: ${collection.filter.name}) { ${collection.name}(${text}, where: $where) { ${selected} } }`,
        variables: { where: plain(where) },
      }
    }
    const text = argumentList({ ...rest, first: ROWS, where })
    return { query: `{ ${collection.name}${text} { ${selected} } }` }
  }

  #ordered(collection: Collection, order: string): GeneratedQuery {
    const args: Record<string, Argument> = {
      ...this.#required(collection),
      ...this.#errors(),
      first: ROWS,
      orderBy: new EnumName(order),
      orderDirection: new EnumName(this.#random.pick(['asc', 'desc'])),
    }
    if (this.#random.chance(0.3)) args.skip = this.#random.below(20)
    return {
      query: `{ ${collection.name}${argumentList(args)} { ${this.#leaves(collection, 1)} } }`,
    }
  }

  /** A query of several root fields, nested, with what else a query may have. */
  #any(): GeneratedQuery {
    const fragments: string[] = []
    const variables: Record<string, unknown> = {}
    const declared: string[] = []
    const roots = 1 + this.#random.below(2)
    const texts: string[] = []
    for (let index = 0; index < roots; index++) {
      const collection = this.#random.pick(this.#collections)
      if (!collection.isSearch && !collection.isAggregation && this.#random.chance(0.15)) {
        texts.push(this.#single(collection, `a${index}`))
        continue
      }
      const args = this.#arguments(collection, 0)
      const block = this.#random.chance(0.3) ? this.#block() : null
      let text = argumentList({ ...args, ...(block ? { block } : {}), ...this.#errors() })
      if (this.#random.chance(0.15)) {
        const name = `first${index}`
        declared.push(`$${name}: Int${this.#random.chance(0.5) ? ' = 2' : ''}`)
        if (this.#random.chance(0.6)) variables[name] = 1 + this.#random.below(ROWS)
        text = text.replace(/first: \d+/, `first: $${name}`)
      }
      const body = this.#selection(collection, 0)
      if (this.#random.chance(0.15)) {
        const name = `Part${index}`
        fragments.push(`fragment ${name} on ${collection.type.name} { ${body} }`)
        texts.push(`a${index}: ${collection.name}${text} { ...${name} }`)
      } else {
        texts.push(`a${index}: ${collection.name}${text} { ${body} }`)
      }
    }
    if (this.#random.chance(0.1)) {
      texts.push(
        '_meta { deployment hasIndexingErrors block { number hash timestamp parentHash } }',
      )
    }
    if (this.#random.chance(0.1)) texts.unshift('__typename')
    const head = declared.length > 0 ? `query Named(${declared.join(', ')}) ` : ''
    const query = [`${head}{ ${texts.join(' ')} }`, ...fragments].join(' ')
    return Object.keys(variables).length > 0 ? { query, variables } : { query }
  }

  #single(collection: Collection, alias: string): string {
    const fields = this.#plan.schema.getQueryType()?.getFields() ?? {}
    const single = Object.values(fields).find((field) => {
      return (
        getNamedType(field.type) === (collection.type as unknown) && field.args[0].name === 'id'
      )
    })
    if (!single) return '__typename'
    const ids = this.#plan.samples.values(collection.type.name, 'id')
    const id = String(ids.length > 0 && this.#random.chance(0.9) ? this.#random.pick(ids) : '0x00')
    return `${alias}: ${single.name}(id: ${JSON.stringify(id)}) { ${this.#selection(collection, 0)} }`
  }

  #arguments(collection: Collection, depth: number): Record<string, Argument> {
    const args: Record<string, Argument> = this.#required(collection)
    args.first = 1 + this.#random.below(depth === 0 ? ROWS : 2)
    if (this.#random.chance(0.2)) args.skip = this.#random.below(5)
    if (!collection.isSearch && this.#random.chance(0.4)) {
      args.orderBy = new EnumName(this.#random.pick(orders(collection)))
      if (this.#random.chance(0.6)) {
        args.orderDirection = new EnumName(this.#random.pick(['asc', 'desc']))
      }
    }
    if (this.#random.chance(0.5)) args.where = this.#where(collection)
    if (collection.isAggregation && this.#random.chance(0.3)) {
      const current = this.#random.pick(['include', 'exclude', 'ignore'])
      args.current = new EnumName(current)
      // graph-node's own SQL is wrong for the two together.
      const { orderBy } = args
      if (current === 'include' && orderBy instanceof EnumName && orderBy.name.includes('__')) {
        delete args.orderBy
      }
    }
    return args
  }

  #where(collection: Collection): Record<string, Argument> {
    const some = () => this.#values.some(collection, 1)
    if (collection.isAggregation || this.#random.chance(0.5)) {
      return this.#values.some(collection, 1 + this.#random.below(2))
    }
    if (this.#random.chance(0.6)) return { or: [some(), some()] }
    return { and: [some(), { or: [some(), some()] }] }
  }

  /** What a root field says of skipped errors. */
  #errors(): Record<string, Argument> {
    if (!this.#plan.hasErrors || this.#random.chance(0.2)) return {}
    return { subgraphError: new EnumName('allow') }
  }

  /** What a collection cannot do without. */
  #required(collection: Collection): Record<string, Argument> {
    const required: Record<string, Argument> = {}
    if (collection.isAggregation) {
      const type = getNamedType(collection.field.args.find(({ name }) => name === 'interval')!.type)
      const intervals = isEnumType(type) ? type.getValues().map(({ name }) => name) : []
      // graph-node ends in a panic when the aggregation lacks the interval.
      const known = collection.type.name === 'All' ? ['day'] : intervals
      required.interval = new EnumName(this.#random.pick(known))
    }
    if (collection.isSearch) required.text = this.#random.pick(SEARCHES)
    return required
  }

  #block(): Argument {
    const { number, hash } = this.#random.pick(this.#plan.blocks)
    return this.#random.pick<Argument>([{ number }, { number }, { hash }, { number_gte: number }])
  }

  #selection(collection: Collection, depth: number): string {
    const parts = [this.#leaves(collection, 1 + this.#random.below(4))]
    if (this.#random.chance(0.1)) parts.push('__typename')
    if (depth < 2) {
      for (const field of this.#random.some(branchFields(collection.type), this.#random.below(3))) {
        parts.push(this.#branch(field, depth + 1))
      }
    }
    if (isInterfaceType(collection.type as unknown) && this.#random.chance(0.6)) {
      const types = this.#plan.schema.getPossibleTypes(collection.type as never)
      const type = this.#random.pick(types) as unknown as Collection['type']
      const names = this.#random.some(leafFields(type), 2).map(({ name }) => name)
      parts.push(`... on ${type.name} { ${names.join(' ')} }`)
    }
    if (this.#random.chance(0.08)) {
      const [leaf] = this.#random.some(leafFields(collection.type), 1)
      const directive = this.#random.pick([
        '@skip(if: true)',
        '@include(if: true)',
        '@skip(if: false)',
      ])
      parts.push(`z: ${leaf.name} ${directive}`)
    }
    return parts.join(' ')
  }

  #branch(field: Collection['field'], depth: number): string {
    const nested = asCollection(field)
    if (nested) {
      return `${field.name}${argumentList(this.#arguments(nested, depth))} { ${this.#selection(nested, depth)} }`
    }
    const type = getNamedType(field.type) as unknown as Collection['type']
    return `${field.name} { ${this.#selection({ ...this.#collections[0], type }, depth)} }`
  }

  #leaves({ type }: Collection, count: number): string {
    const names = this.#random.some(leafFields(type), count).map(({ name }) => name)
    return [...new Set(['id', ...names])].join(' ')
  }
}

const SEARCHES = [
  'apple',
  'apple & banana',
  'apple | zebra',
  'run:*',
  'running',
  '!apple',
  'quick <-> brown',
  'Apple',
  '(apple | fox) & !zebra',
  'ünïcode',
]

/** Orders without ties of which graph-node says nothing: those by a reference's field. */
function orders(collection: Collection): string[] {
  const order = collection.field.args.find(({ name }) => name === 'orderBy')
  const type = order && getNamedType(order.type)
  if (!isEnumType(type)) return []
  return type
    .getValues()
    .map(({ name }) => name)
    .filter((name) => !name.endsWith('__id'))
}
