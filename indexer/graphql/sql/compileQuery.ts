import type { Field, IdType } from '../../schema/entityModel.ts'
import type { Catalog, QueryTable } from '../catalog/catalog.ts'
import { parseHex } from '../filter/storeValue.ts'
import { atBlock } from './atBlock.ts'
import { storeFailure, valueError } from './bindValue.ts'
import {
  columnOf,
  compileFilter,
  type FilterContext,
  relation,
  storedField,
} from './compileFilter.ts'
import { currentBucket } from './currentBucket.ts'
import type { EntityQuery } from './entityQuery.ts'
import type { ReadPoint } from './readPoint.ts'
import { selectColumn } from './selectColumn.ts'
import { SqlWriter } from './sqlWriter.ts'

/**
 * A statement for one level of a query. Its rows are: the parent's place (text of a number, or
 * without parents what {@link ReadPoint.check} says), the table's place in the query's type (text
 * of a number), and the columns as text; with several tables, one JSON array of them.
 */
export interface CompiledQuery {
  readonly text: string
  readonly values: unknown[]
  /** Columns of each table, in the order of the rows' values. */
  readonly columns: readonly (readonly Field[])[]
}

/** Expressions that every branch of a query selects beside its data. */
interface Branch {
  /** The table and its joins. */
  readonly from: string
  readonly where: string
  /** Rows of the bucket that is still being filled, and joins; null where it is not wanted. */
  readonly current: string | null
  /** What is sorted by before the id, or null. */
  readonly sort: string | null
  readonly table: QueryTable
  readonly columns: readonly Field[]
}

/** Compiles one level of a query into one SQL statement. */
export function compileQuery(query: EntityQuery, catalog: Catalog): CompiledQuery {
  const writer = new SqlWriter()
  const context = { catalog, at: query.at, writer }
  const columns = query.type.tables.map(query.columns)
  const parents = query.link ? parentRows(query, writer) : null
  const branches = query.type.tables.map((table, place): Branch => {
    const { sort, joins } = sortKey(query, table, context)
    const conditions = [atBlock(table, 'c', context)]
    if (parents) conditions.push(parents.condition(table))
    if (query.filter) conditions.push(compileFilter(query.filter, table, 'c', context))
    const from = `${table.sqlName} as c${joins}`
    const current = query.current && table.rollup ? currentRows(query, table, joins, context) : null
    const where = conditions.join(' and ')
    return { from, where, current, sort, table, columns: columns[place] }
  })
  if (query.link && query.order.kind === 'child') {
    const why = 'SortKey::ChildKey cannot be used for parent ordering (yet)'
    writer.refuse('text', storeFailure(why))
  }
  writer.throwRefusal()
  const text =
    branches.length === 1
      ? oneTable(query, branches[0], parents, writer)
      : severalTables(query, branches, parents, writer)
  return { text, values: writer.values, columns }
}

function currentRows(
  query: EntityQuery,
  table: QueryTable,
  joins: string,
  context: FilterContext,
): string {
  const conditions = [atBlock(table, 'c', context)]
  if (query.filter) conditions.push(compileFilter(query.filter, table, 'c', context))
  return `(${currentBucket(table, conditions.join(' and '), context)}) as c${joins}`
}

function check({ at }: EntityQuery): string {
  return at.check === null ? 'null' : `(${at.check})::text`
}

function direction(query: EntityQuery): string {
  return query.order.kind === 'none' ? 'asc' : query.order.direction
}

function range(query: EntityQuery, writer: SqlWriter): string {
  const limit = `limit ${writer.parameter(query.first, 'int8')}`
  return query.skip > 0 ? `${limit} offset ${writer.parameter(query.skip, 'int8')}` : limit
}

/** `order by` over the sort key and the id, which stand under these names. */
function orderBy(query: EntityQuery, sort: string | null, id: string, before = ''): string {
  if (query.order.kind === 'none') return before === '' ? '' : `order by ${before}`
  const way = direction(query)
  const keys = before === '' ? [] : [before]
  if (sort !== null) keys.push(`${sort} ${way}`)
  keys.push(`${id} ${way}`)
  return `order by ${keys.join(', ')}`
}

function oneTable(
  query: EntityQuery,
  branch: Branch,
  parents: Parents | null,
  writer: SqlWriter,
): string {
  const values = branch.columns.map((field) => selectColumn(field, 'c'))
  const named = values.map((value, place) => `${value} as v${place}`)
  const keyed = [...named, 'c.id as k', `${branch.sort ?? 'null'} as s`].join(', ')
  const outer = values.map((_, place) => `m.v${place}`).join(', ')
  if (!parents && branch.current) {
    const stored =
      `select ${keyed} from ${branch.from} where ${branch.where} ` +
      `${orderBy(query, branch.sort, 'c.id')} ` +
      `limit ${writer.parameter(query.first + query.skip, 'int8')}`
    return (
      `select ${check(query)}, '0', ${outer} from ((${stored}) union all ` +
      `(select ${keyed} from ${branch.current})) m ` +
      `${orderBy(query, branch.sort && 'm.s', 'm.k')} ${range(query, writer)}`
    )
  }
  if (!parents) {
    const order = orderBy(query, branch.sort, 'c.id')
    return (
      `select ${check(query)}, '0', ${values.join(', ')} from ${branch.from} ` +
      `where ${branch.where} ${order} ${range(query, writer)}`
    )
  }
  if (query.single) {
    // One row more than there are parents shows that some parent has two.
    const limit = writer.parameter(parents.count + 1, 'int8')
    return (
      `select p.n::text, '0', ${values.join(', ')} from ${parents.rows}, ${branch.from} ` +
      `where ${branch.where} limit ${limit}`
    )
  }
  let inner =
    `select ${keyed} from ${branch.from} where ${branch.where} ` +
    `${orderBy(query, branch.sort, 'c.id')} ${range(query, writer)}`
  if (branch.current) {
    // As in graph-node, these come on top of the `first` stored ones.
    const condition = parents.condition(branch.table)
    inner = `(${inner}) union all (select ${keyed} from ${branch.current} where ${condition})`
  }
  return (
    `select p.n::text, '0', ${outer} from ${parents.rows} ` +
    `cross join lateral (${inner}) m ${orderBy(query, branch.sort && 'm.s', 'm.k', 'p.n')}`
  )
}

function severalTables(
  query: EntityQuery,
  branches: readonly Branch[],
  parents: Parents | null,
  writer: SqlWriter,
): string {
  const hasSort = branches.some((branch) => branch.sort !== null)
  if (branches.length === 0) return 'select null, null, null where false'
  const isLimited = !parents || !query.single
  // A branch never has to give more than the whole query may.
  const most = isLimited ? ` limit ${writer.parameter(query.first + query.skip, 'int8')}` : ''
  const selects = branches.map((branch, place) => {
    const values = branch.columns.map((field) => selectColumn(field, 'c')).join(', ')
    const data = `array_to_json(array[${values}])::text`
    const order = isLimited ? ` ${orderBy(query, branch.sort, 'c.id')}` : ''
    return (
      `(select '${place}' as t, ${data} as d, c.id as k, ${branch.sort ?? 'null'} as s ` +
      `from ${branch.from} where ${branch.where}${order}${most})`
    )
  })
  const union = selects.join(' union all ')
  const sort = hasSort ? 'm.s' : null
  if (!parents) {
    const order = orderBy(query, sort, 'm.k')
    return `select ${check(query)}, m.t, m.d from (${union}) m ${order} ${range(query, writer)}`
  }
  const limited = isLimited
    ? `select * from (${union}) u ${orderBy(query, hasSort ? 'u.s' : null, 'u.k')} ${range(query, writer)}`
    : union
  return (
    `select p.n::text, m.t, m.d from ${parents.rows} cross join lateral (${limited}) m ` +
    orderBy(query, sort, 'm.k', 'p.n')
  )
}

/** Rows `p` of parents with their place `n`, and how a child is recognised as one of theirs. */
interface Parents {
  readonly rows: string
  readonly count: number
  readonly condition: (table: QueryTable) => string
}

const ID_SQL: Readonly<Record<IdType, string>> = { String: 'text', Bytes: 'bytea', Int8: 'int8' }

function parentRows(query: EntityQuery, writer: SqlWriter): Parents {
  const link = query.link
  if (!link) throw new Error('a query without parents has no parent rows')
  if (link.kind === 'byParent') {
    const back = backField(query, link.via)
    const type = back.type.kind === 'list' ? back.type.element : back.type
    const idType = idTypeOf(type.kind === 'reference' ? type.idType : type.name)
    const ids = link.parentIds.map((id) => idText(id, idType))
    return {
      rows: `unnest(${writer.parameter(ids, `${ID_SQL[idType]}[]`)}) with ordinality as p(id, n)`,
      count: ids.length,
      condition: (table) => {
        const field = storedField(table, link.via.derivedFrom as string)
        const column = columnOf(field, 'c')
        return field.type.kind === 'list' ? `p.id = any(${column})` : `p.id = ${column}`
      },
    }
  }
  const idType = childIdType(query)
  if (link.kind === 'byChild') {
    const ids = link.childIds.map((id) => idText(id, idType))
    const list = writer.parameter(ids, `${ID_SQL[idType]}[]`)
    return {
      rows: `unnest(${list}) with ordinality as p(child_id, n)`,
      count: ids.length,
      condition: () => 'c.id = p.child_id',
    }
  }
  // The lists differ in length, so each travels as the text of an array.
  const lists = link.childIds.map((ids) => arrayText(ids.map((id) => idText(id, idType))))
  return {
    rows: `unnest(${writer.parameter(lists, 'text[]')}) with ordinality as p(ids, n)`,
    count: lists.length,
    condition: () => `c.id = any(p.ids::${ID_SQL[idType]}[])`,
  }
}

function backField(query: EntityQuery, via: Field): Field {
  const [table] = query.type.tables
  return storedField(table, via.derivedFrom as string)
}

function childIdType(query: EntityQuery): IdType {
  const [table] = query.type.tables
  return idTypeOf(storedField(table, 'id').type.name)
}

function idTypeOf(name: string): IdType {
  return name === 'Bytes' || name === 'Int8' ? name : 'String'
}

function idText(id: string, idType: IdType): string {
  if (idType !== 'Bytes') return id
  return `\\x${parseHex(id, (why) => valueError(why))}`
}

function arrayText(items: readonly string[]): string {
  const quoted = items.map((item) => `"${item.replaceAll(/["\\]/g, (char) => `\\${char}`)}"`)
  return `{${quoted.join(',')}}`
}

/** What a table's rows are sorted by before their ids, and the joins that it takes. */
function sortKey(
  query: EntityQuery,
  table: QueryTable,
  context: { readonly at: ReadPoint; readonly writer: SqlWriter },
): { sort: string | null; joins: string } {
  const { order } = query
  switch (order.kind) {
    case 'none':
      return { sort: null, joins: '' }
    case 'field': {
      if (order.field === 'id') return { sort: null, joins: '' }
      return { sort: columnOf(storedField(table, order.field), 'c'), joins: '' }
    }
    case 'fulltext': {
      const search = table.fulltext.get(order.search)
      if (!search) throw new Error(`\`${table.typeName}\` has no search \`${order.search}\``)
      const rank = search.algorithm === 'rank' ? 'ts_rank' : 'ts_rank_cd'
      const text = context.writer.parameter(order.text, 'text')
      return { sort: `${rank}(${columnOf(search, 'c')}, to_tsquery(${text}))`, joins: '' }
    }
    case 'child': {
      const via = table.declared.get(order.via)
      if (!via) throw new Error(`\`${table.typeName}\` has no field \`${order.via}\``)
      let joins = ''
      const keys = order.child.tables.map((target, place) => {
        const alias = `i${place + 1}`
        const condition = relation(via, table, 'c', target, alias)
        joins +=
          ` left join ${target.sqlName} as ${alias} ` +
          `on (${condition} and ${atBlock(target, alias, context)})`
        return columnOf(storedField(target, order.field), alias)
      })
      return { sort: keys.length === 1 ? keys[0] : `coalesce(${keys.join(', ')})`, joins }
    }
  }
}
