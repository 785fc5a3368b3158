import { type Argument, argumentList } from './argument.ts'
import { type Collection, leafFields } from './collection.ts'
import type { GeneratedQuery } from './generatedQuery.ts'
import type { Samples } from './samples.ts'

/** Queries that are wrong, or look it: what matters is the answer's wording. */
export function mistakes(
  collections: readonly Collection[],
  samples: Samples,
  blocks: readonly { readonly number: number; readonly hash: string }[],
): GeneratedQuery[] {
  const plain = collections.find(({ isSearch, isAggregation }) => !isSearch && !isAggregation)
  if (!plain) return []
  const { name, type, filter } = plain
  const leaf = leafFields(type).at(-1)?.name ?? 'id'
  const id = JSON.stringify(samples.values(type.name, 'id').at(0) ?? 'none')
  const single = type.name[0].toLowerCase() + type.name.slice(1)
  const last = blocks.at(-1) ?? { number: 0, hash: '0x' }
  const texts = [
    `{ ${name} { nothing } }`,
    `{ nothing { id } }`,
    `{ "ünï😀" nothing`,
    `{\t${name}(nothing: "ünï😀"),\r\n\t{ id # comment 😀\r\n  nothing } }`,
    `{ ${name}(nothing: """\n😀 é\n""") { nothing } }`,
    `{ ${name}(nothing: 1) { id } }`,
    ...[1001, -1, 0, '"x"', 2147483648, 'null', 1.5, true].map(
      (first) => `{ ${name}(first: ${first}) { id } }`,
    ),
    ...[-1, 100000, 'null', '"1"'].map((skip) => `{ ${name}(first: 1, skip: ${skip}) { id } }`),
    `{ ${name}(first: 1, orderBy: nothing) { id } }`,
    `{ ${name}(first: 1, orderBy: "id") { id } }`,
    `{ ${name}(first: 1, orderBy: id, orderDirection: down) { id } }`,
    `{ ${name}(first: 1, where: {nothing: 1}) { id } }`,
    `{ ${name}(first: 1, where: {id: 1}) { id } }`,
    `{ ${name}(first: 1, where: {id: true}) { id } }`,
    `{ ${name}(first: 1, where: {id: {a: 1}}) { id } }`,
    `{ ${name}(first: 1, where: {id_in: "x"}) { id } }`,
    `{ ${name}(first: 1, where: {id_in: []}) { id } }`,
    `{ ${name}(first: 1, where: {id_not_in: []}) { id } }`,
    `{ ${name}(first: 1, where: {id_in: [null]}) { id } }`,
    `{ ${name}(first: 1, where: []) { id } }`,
    `{ ${name}(first: 1, where: null) { id } }`,
    `{ ${name}(first: 1, where: {}) { id } }`,
    `{ ${name}(first: 1, where: {id: ${id}, or: [{id: ${id}}]}) { id } }`,
    `{ ${name}(first: 1, where: {and: [{id: ${id}}, {id_not: ${id}}]}) { id } }`,
    `{ ${name}(first: 1, where: {or: []}) { id } }`,
    `{ ${name}(first: 1, where: {and: []}) { id } }`,
    `{ ${name}(first: 1, where: {_change_block: {}}) { id } }`,
    `{ ${name}(first: 1, where: {_change_block: {number_gte: "x"}}) { id } }`,
    `{ ${name}(first: 1) { id { inner } } }`,
    `{ ${name}(first: 1) }`,
    `{ ${name} { } }`,
    `{ ${name}(first: 1) { id`,
    `{ ${name}(first: 1) { id } } { ${name} { id } }`,
    `query a { ${name}(first: 1) { id } } query b { ${name}(first: 2) { id } }`,
    `mutation { ${name} { id } }`,
    `subscription { ${name} { id } }`,
    `{ ${single} { id } }`,
    `{ ${single}(id: null) { id } }`,
    `{ ${single}(id: 5) { id } }`,
    `{ ${single}(id: "") { id } }`,
    `{ ${single}(id: "nothing") { id } }`,
    `{ ${single}(id: ${id}) { id ${leaf} again: ${leaf} } }`,
    `{ ${single}(id: ${id}, block: {number: 0}) { id } }`,
    `{ a: ${name}(first: 1) { id } a: ${name}(first: 2) { ${leaf} } }`,
    `{ ${name}(first: 1) { ...Missing } }`,
    `{ ${name}(first: 1) { ...Part } } fragment Part on Nothing { id }`,
    `{ ${name}(first: 1) { ...Part } } fragment Part on ${type.name} { id ...Part }`,
    `{ ${name}(first: 1) { ... on Nothing { id } } }`,
    // With nothing else selected, graph-node tells of an internal error.
    `{ ${name}(first: 1) { id ${leaf} @skip } }`,
    `{ ${name}(first: 1) { id @skip(if: "x") } }`,
    `{ ${name}(first: 1) { id @nothing(if: true) } }`,
    `query($a: Int!) { ${name}(first: $a) { id } }`,
    `query($a: Int) { ${name}(first: $b) { id } }`,
    `query($a: Int = "x") { ${name}(first: $a) { id } }`,
    `query($a: Nothing) { ${name}(first: $a) { id } }`,
    `query($where: ${filter.name}!) { ${name}(first: 1, where: $where) { id } }`,
    ...(
      [
        { number: last.number + 1000 },
        { number: -1 },
        { number: 0 },
        { number: last.number },
        { number_gte: last.number + 1000 },
        { number_gte: 0 },
        { hash: `0x${'ab'.repeat(32)}` },
        { hash: last.hash },
        { hash: last.hash.slice(2) },
        { hash: '0x12' },
        { hash: 'nothing' },
        { number: 'x' },
        { number: last.number, hash: last.hash },
        {},
      ] as Argument[]
    ).flatMap((block) => [
      `{ ${name}${argumentList({ first: 1, block })} { id } }`,
      `{ _meta${argumentList({ block })} { block { number hash timestamp parentHash } } }`,
    ]),
    `{ ${name}(first: 1, block: null) { id } }`,
    `{ ${name}(first: 1, block: 5) { id } }`,
    `{ ${name}(first: 1, subgraphError: allow) { id } }`,
    `{ ${name}(first: 1, subgraphError: deny) { id } _meta { hasIndexingErrors } }`,
    `{ ${name}(first: 1, subgraphError: never) { id } }`,
    '{ _meta { deployment hasIndexingErrors nothing } }',
    '{ _meta { deployment hasIndexingErrors } }',
    '{ _meta }',
    '{ __typename }',
    `{ __type(name: "${type.name}") { kind name fields { name type { kind name ofType { kind name } } args { name defaultValue } } } }`,
    '{ __type(name: "Nothing") { name } }',
    '{ __schema { queryType { name } mutationType { name } subscriptionType { name } } }',
    `{ __schema { directives { name locations args { name } } } }`,
    `{ x: ${name}(first: 1) { __typename i: id } _meta { block { number } } y: ${name}(first: 1) { id } }`,
    '{ _logs(first: 1) { id } }',
    '',
    '{}',
    'nonsense',
  ]
  const withVariables: GeneratedQuery[] = [
    { query: `query($a: Int!) { ${name}(first: $a) { id } }`, variables: { a: 'x' } },
    { query: `query($a: Int!) { ${name}(first: $a) { id } }`, variables: { a: 2 } },
    { query: `query($a: Int!) { ${name}(first: $a) { id } }`, variables: { a: null } },
    { query: `query($a: Int!) { ${name}(first: $a) { id } }`, variables: { b: 1 } },
    { query: `query($id: ID!) { ${single}(id: $id) { id } }`, variables: { id: 5 } },
    {
      query: `query($o: OrderDirection) { ${name}(first: 1, orderBy: id, orderDirection: $o) { id } }`,
      variables: { o: 'desc' },
    },
    {
      query: `query($o: OrderDirection) { ${name}(first: 1, orderBy: id, orderDirection: $o) { id } }`,
      variables: { o: 'sideways' },
    },
    {
      query: `query($o: ${type.name}_orderBy) { ${name}(first: 1, orderBy: $o) { id } }`,
      variables: { o: 'id' },
    },
    {
      query: `query($w: ${filter.name}) { ${name}(first: 1, where: $w) { id } }`,
      variables: { w: { nothing: 1 } },
    },
    {
      query: `query($w: ${filter.name}) { ${name}(first: 1, where: $w) { id } }`,
      variables: { w: 5 },
    },
    {
      query: `query($b: Block_height) { ${name}(first: 1, block: $b) { id } }`,
      variables: { b: { number: last.number } },
    },
    {
      query: `query($x: Boolean!) { ${name}(first: 1) { id ${leaf} @include(if: $x) } }`,
      variables: { x: false },
    },
    {
      query: `query($ids: [ID!]) { ${name}(first: 3, where: {id_in: $ids}) { id } }`,
      variables: { ids: [JSON.parse(id)] },
    },
  ]
  return [...texts.map((query) => ({ query })), ...withVariables]
}
