import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSchema } from '../../schema/parseSchema.ts'
import { ApiSchema } from '../api/apiSchema.ts'
import { Catalog } from '../catalog/catalog.ts'
import { buildQuery } from '../execute/buildQuery.ts'
import { parseQuery } from '../query/parseQuery.ts'
import { prepareQuery } from '../query/prepareQuery.ts'
import { DEFAULT_LIMITS } from '../query/queryLimits.ts'
import type { SelectedField } from '../query/selectionSet.ts'
import { ZOO_SCHEMA } from '../testing/zooSchema.ts'
import { compileQuery } from './compileQuery.ts'
import type { ParentLink } from './entityQuery.ts'

const model = parseSchema(ZOO_SCHEMA)
const api = new ApiSchema(model)
const catalog = new Catalog(model, 'sgd1')

function rootField(query: string): SelectedField {
  const [field] = prepareQuery(api, parseQuery(query), new Map(), DEFAULT_LIMITS).fields('Query')
  return field
}

function compile(field: SelectedField, link: ParentLink | null = null) {
  const type = catalog.type(api.baseTypeName(field.definition.type), 'hour')
  assert.ok(type)
  const single = !api.isList(field.definition.type)
  const query = buildQuery(field, type, {
    catalog,
    at: { block: 7, isNewest: false, check: null },
    single,
    link,
    limits: DEFAULT_LIMITS,
  })
  const { text, values } = compileQuery(query, catalog)
  return { text: text.replaceAll(/\s+/g, ' ').trim(), values }
}

test('a collection is one statement over one table', () => {
  const field = rootField(`{
    accounts(where: {name_gte: "A", age_in: [1, 2], parent_: {color: red}}, orderBy: age, orderDirection: desc, skip: 3) { tags data }
  }`)
  assert.deepEqual(compile(field), {
    text:
      `select null, '0', '0x' || encode(c."id", 'hex'), to_json(c."tags")::text, '0x' || encode(c."data", 'hex'), c."age"::text ` +
      'from "sgd1"."account" as c where c.block_range @> $1::int4 and ((' +
      'c."age" = any($2::int4[]) and left(c."name", 256) >= left($3::text, 256) and ' +
      'exists (select 1 from "sgd1"."account" as i where i.id = c."parent" and i.block_range @> $1::int4 and (i."color" = $4::"sgd1"."color")))) ' +
      'order by c."age" desc, c.id desc limit $5::int8 offset $6::int8',
    values: [7, ['1', '2'], 'A', 'red', 100, 3],
  })
})

test('one entity is looked up without an order', () => {
  assert.deepEqual(compile(rootField('{ token(id: "t") { symbol } }')), {
    text:
      `select null, '0', c."id"::text, c."symbol"::text from "sgd1"."token" as c ` +
      'where c.block$ <= $1::int4 and (c."id" = $2::text) limit $3::int8',
    values: [7, 't', 100],
  })
})

test('an order by a field of a reference joins it', () => {
  const { text } = compile(rootField('{ tokens(orderBy: owner__name) { id } }'))
  assert.match(
    text,
    /from "sgd1"\."token" as c left join "sgd1"\."account" as i1 on \(i1\.id = c\."owner" and i1\.block_range @> \$1::int4\) where .* order by i1\."name" asc, c\.id asc limit/,
  )
  const homes = compile(rootField('{ homes(orderBy: favourite__name) { id } }'))
  assert.match(
    homes.text,
    /left join "sgd1"\."dog" as i1 on .* left join "sgd1"\."cat" as i2 on \(i2\.id = c\."favourite" and i2\.block\$ <= \$1::int4\) .* order by coalesce\(i1\."name", i2\."name"\) asc, c\.id asc/,
  )
})

test('an interface is a union of tables, each cut before they are put together', () => {
  assert.equal(
    compile(rootField('{ pets(orderBy: name, first: 2, skip: 1) { name ... on Cat { lives } } }'))
      .text,
    `select null, m.t, m.d from (` +
      `(select '0' as t, array_to_json(array[c."id"::text, c."name"::text])::text as d, c.id as k, c."name" as s ` +
      'from "sgd1"."dog" as c where c.block_range @> $1::int4 order by c."name" asc, c.id asc limit $2::int8) ' +
      `union all (select '1' as t, array_to_json(array[c."id"::text, c."name"::text, c."lives"::text])::text as d, c.id as k, c."name" as s ` +
      'from "sgd1"."cat" as c where c.block$ <= $1::int4 order by c."name" asc, c.id asc limit $2::int8)' +
      ') m order by m.s asc, m.k asc limit $3::int8 offset $4::int8',
  )
})

test('children of many parents are read side by side, with a limit for each', () => {
  const account = rootField('{ accounts { tokens(orderBy: amount, first: 2) { symbol } } }')
  const tokens = account.selections?.fields('Account')[0] as SelectedField
  const via = catalog.type('Account', null)?.fields.get('tokens')
  assert.ok(via)
  assert.deepEqual(compile(tokens, { kind: 'byParent', via, parentIds: ['0x0a', '0x0b'] }), {
    text:
      `select p.n::text, '0', m.v0, m.v1, m.v2 from unnest($1::bytea[]) with ordinality as p(id, n) ` +
      'cross join lateral (select c."id"::text as v0, c."symbol"::text as v1, c."amount"::text as v2, c.id as k, c."amount" as s ' +
      'from "sgd1"."token" as c where c.block$ <= $2::int4 and p.id = c."owner" order by c."amount" asc, c.id asc limit $3::int8) m ' +
      'order by p.n, m.s asc, m.k asc',
    values: [['\\x0a', '\\x0b'], 7, 2],
  })
})

test('references are read by the ids that parents hold', () => {
  const token = rootField('{ tokens { owner { name } } }')
  const owner = token.selections?.fields('Token')[0] as SelectedField
  assert.deepEqual(compile(owner, { kind: 'byChild', childIds: ['0x0a', '0x0b'] }), {
    text:
      `select p.n::text, '0', '0x' || encode(c."id", 'hex'), c."name"::text from unnest($1::bytea[]) with ordinality as p(child_id, n), ` +
      '"sgd1"."account" as c where c.block_range @> $2::int4 and c.id = p.child_id limit $3::int8',
    values: [['\\x0a', '\\x0b'], 7, 3],
  })
  const home = rootField('{ homes { inhabitants { name } } }')
  const pets = home.selections?.fields('Home')[0] as SelectedField
  const { text, values } = compile(pets, { kind: 'byChildren', childIds: [['d1', 'a"b\\'], []] })
  assert.match(
    text,
    /^select p\.n::text, m\.t, m\.d from unnest\(\$1::text\[\]\) with ordinality as p\(ids, n\) cross join lateral \(select \* from \(.* union all .*\) u order by u\.k asc limit \$3::int8\) m order by p\.n, m\.k asc$/,
  )
  assert.match(text, /c\.id = any\(p\.ids::text\[\]\)/)
  assert.deepEqual(values[0], ['{"d1","a\\"b\\\\"}', '{}'])
})
