import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  buildClientSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
  printType,
} from 'graphql'
import { parseSchema } from '../../schema/parseSchema.ts'
import { ApiSchema } from '../api/apiSchema.ts'
import { parseQuery } from '../query/parseQuery.ts'
import { prepareQuery } from '../query/prepareQuery.ts'
import { DEFAULT_LIMITS } from '../query/queryLimits.ts'
import { introspect } from './introspect.ts'

const api = new ApiSchema(
  parseSchema(`
    directive @language(language: String = "English") on FIELD_DEFINITION
    directive @entity(immutable: Boolean) on OBJECT
    enum Role { USER ADMIN }
    interface Node { id: ID! }
    type User implements Node @entity(immutable: false) { id: ID! name: String! @language(language: "English") role: Role! }`),
)

function ask(query: string): unknown {
  const selections = prepareQuery(api, parseQuery(query), new Map(), DEFAULT_LIMITS)
  const answers = selections
    .fields('Query')
    .map((field) => [field.responseKey, introspect(field, api)])
  return JSON.parse(JSON.stringify(Object.fromEntries(answers)))
}

test('clients can rebuild the schema from introspection', () => {
  const client = buildClientSchema(ask(getIntrospectionQuery()) as IntrospectionQuery)
  for (const [name, type] of Object.entries(api.introspected.getTypeMap())) {
    if (name.startsWith('__') || ['Boolean', 'Float', 'ID', 'Int', 'String'].includes(name))
      continue
    const rebuilt = client.getType(name)
    assert.ok(rebuilt, name)
    assert.equal(printType(rebuilt), printType(type))
  }
})

test('types come sorted by name, with the names and words of graph-node', () => {
  const { __schema } = ask(`{ __schema {
    types { name } directives { name } queryType { name } mutationType { name } description
  } }`) as { __schema: Record<string, { name: string }[]> }
  assert.deepEqual(
    __schema.types.map((type) => type.name),
    [
      'Aggregation_current',
      'Aggregation_interval',
      'BigDecimal',
      'BigInt',
      'BlockChangedFilter',
      'Block_height',
      'Boolean',
      'Bytes',
      'Float',
      'ID',
      'Int',
      'Int8',
      'LogLevel',
      'Node',
      'Node_filter',
      'Node_orderBy',
      'OrderDirection',
      'Query',
      'Role',
      'String',
      'Timestamp',
      'User',
      'User_filter',
      'User_orderBy',
      '_Block_',
      '_LogArgument_',
      '_LogMeta_',
      '_Log_',
      '_Meta_',
      '_SubgraphErrorPolicy_',
    ],
  )
  assert.deepEqual(
    __schema.directives.map((directive) => directive.name),
    ['language', 'skip', 'include', 'entity', 'subgraphId', 'derivedFrom'],
  )
  assert.deepEqual(__schema.queryType, { name: 'Query' })
  assert.equal(__schema.mutationType, null)
  assert.deepEqual(
    ask(`{
      int: __type(name: "Int") { kind name description fields { name } }
      string: __type(name: "String") { description }
      node: __type(name: "Node") { interfaces { name } possibleTypes { name __typename } }
      user: __type(name: "User") { interfaces { name } fields { name type { kind ofType { name } } isDeprecated } }
      none: __type(name: "Nothing") { name }
      skip: __type(name: "Query") { fields { name args { name defaultValue isDeprecated } } }
    }`),
    {
      int: { kind: 'SCALAR', name: 'Int', description: '4 bytes signed integer', fields: null },
      string: { description: null },
      node: { interfaces: null, possibleTypes: [{ name: 'User', __typename: '__Type' }] },
      user: {
        interfaces: [{ name: 'Node' }],
        fields: ['ID', 'String', 'Role'].map((type, place) => ({
          name: ['id', 'name', 'role'][place],
          type: { kind: 'NON_NULL', ofType: { name: type } },
          isDeprecated: false,
        })),
      },
      none: null,
      skip: {
        fields: [
          ...['user', 'node'].flatMap((name) => [
            {
              name,
              args: [
                { name: 'id', defaultValue: null, isDeprecated: false },
                { name: 'block', defaultValue: null, isDeprecated: false },
                { name: 'subgraphError', defaultValue: 'deny', isDeprecated: false },
              ],
            },
            {
              name: `${name}s`,
              args: [
                { name: 'skip', defaultValue: '0', isDeprecated: false },
                { name: 'first', defaultValue: '100', isDeprecated: false },
                { name: 'orderBy', defaultValue: null, isDeprecated: false },
                { name: 'orderDirection', defaultValue: null, isDeprecated: false },
                { name: 'where', defaultValue: null, isDeprecated: false },
                { name: 'block', defaultValue: null, isDeprecated: false },
                { name: 'subgraphError', defaultValue: 'deny', isDeprecated: false },
              ],
            },
          ]),
          { name: '_meta', args: [{ name: 'block', defaultValue: null, isDeprecated: false }] },
          {
            name: '_logs',
            args: [
              { name: 'level', defaultValue: null, isDeprecated: false },
              { name: 'from', defaultValue: null, isDeprecated: false },
              { name: 'to', defaultValue: null, isDeprecated: false },
              { name: 'search', defaultValue: null, isDeprecated: false },
              { name: 'first', defaultValue: '100', isDeprecated: false },
              { name: 'skip', defaultValue: '0', isDeprecated: false },
              { name: 'orderDirection', defaultValue: 'desc', isDeprecated: false },
            ],
          },
        ],
      },
    },
  )
})
