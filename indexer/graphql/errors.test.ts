import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { block, blockHash, HEAD_BLOCK, startZoo, ZOO_ID, type Zoo } from './testing/zoo.ts'

let zoo: Zoo

before(async () => {
  zoo = await startZoo()
})

beforeEach(() => {
  zoo.scene.head = block(HEAD_BLOCK)
  zoo.scene.hashes.clear()
  zoo.scene.errorsFrom = null
  zoo.scene.revision = () => null
})

after(() => zoo.stop())

/** Errors that graph-node gives a place of their own, which is none. */
const NO_PLACE = [{ line: 0, column: 0 }]

async function messages(query: string, variables?: object): Promise<unknown> {
  const { data, errors } = await zoo.ask(query, variables)
  assert.equal(data, undefined)
  return (errors as { message: string }[]).map((error) => error.message).join('\n')
}

test('errors of the query are worded and placed as graph-node does', async () => {
  const cases: readonly (readonly [string, object])[] = [
    [
      '{ nothing { id } tokens { id what } }',
      {
        errors: [
          {
            locations: [{ line: 1, column: 3 }],
            message: 'Type `Query` has no field `nothing`',
          },
          { locations: [{ line: 1, column: 30 }], message: 'Type `Token` has no field `what`' },
        ],
      },
    ],
    [
      '{ token { id } }',
      {
        errors: [{ locations: NO_PLACE, message: 'No value provided for required argument: `id`' }],
      },
    ],
    [
      '{ tokens(first: "x") { id } }',
      {
        errors: [
          {
            locations: NO_PLACE,
            message: 'Invalid value provided for argument `first`: String("x")',
          },
        ],
      },
    ],
    [
      '{ tokens(where: {amount_gt: true, nope: [1, {a: null}]}, orderBy: nope) { id } }',
      {
        errors: [
          {
            locations: NO_PLACE,
            message: 'Invalid value provided for argument `orderBy`: Enum("nope")',
          },
          {
            locations: NO_PLACE,
            message:
              'Invalid value provided for argument `where`: Object({"amount_gt": Boolean(true), ' +
              '"nope": List([Int(Number(1)), Object({"a": Null})])})',
          },
        ],
      },
    ],
    [
      'query($id: ID!, $n: Token) {\n  token(id: $id) { id } }',
      {
        errors: [
          {
            locations: [{ line: 1, column: 7 }],
            message: 'No value provided for required variable `id`',
          },
          {
            locations: [{ line: 1, column: 17 }],
            message: 'Variable `n` must have an input type',
          },
        ],
      },
    ],
    [
      'query($n: Int = "a") { tokens(first: $n) { id } }',
      {
        errors: [
          {
            locations: [{ line: 1, column: 7 }],
            message: 'Invalid value provided for argument `n`: String("a")',
          },
        ],
      },
    ],
    ['{ ...gone }', { errors: [{ message: 'fragment `gone` is not defined' }] }],
    [
      '{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }',
      { errors: [{ message: 'query has fragment cycle including `a`' }] },
    ],
    [
      '{ tokens { ... on Nowhere { id } } }',
      { errors: [{ message: 'Failed to resolve named type `Nowhere`' }] },
    ],
    [
      'query a { tokens { id } } query b { tokens { id } }',
      { errors: [{ message: 'Operation name required' }] },
    ],
    [
      'mutation { tokens { id } }',
      { errors: [{ message: 'Not supported: Mutations are not supported' }] },
    ],
    [
      'subscription { tokens { id } }',
      { errors: [{ message: 'Not supported: Subscriptions are not supported' }] },
    ],
  ]
  for (const [query, expected] of cases) assert.deepEqual(await zoo.ask(query), expected, query)
})

test('a syntax error says where it is', async () => {
  const { errors } = await zoo.ask('{\n  tokens { id }')
  const [error] = errors as { locations: object[]; message: string }[]
  assert.deepEqual(error.locations, [{ line: 2, column: 16 }])
  assert.match(error.message, /Syntax Error/)
})

test('errors of filters, orders and ranges', async () => {
  const cases: Readonly<Record<string, string>> = {
    '{ tokens(first: 0) { id } }': 'The `first` argument must be between 0 and 1000, but is 0',
    '{ tokens(first: 1001) { id } }':
      'The `first` argument must be between 0 and 1000, but is 1001',
    '{ tokens(skip: -1) { id } }':
      'The `skip` argument must be between 0 and 4294967295, but is -1',
    '{ accounts(where: {data: "0xz"}) { id } }':
      'Failed to decode `Bytes` value: `Odd number of digits`',
    '{ accounts(where: {data: "0x0g"}) { id } }':
      "Failed to decode `Bytes` value: `Invalid character 'g' at position 1`",
    '{ accounts(where: {big: "1.5"}) { id } }':
      'Failed to decode `BigInt` value: `invalid digit found in string`',
    '{ accounts(where: {num: "x"}) { id } }': 'Failed to decode `Int8` value: `x`',
    '{ accounts(where: {age_gt: null}) { id } }':
      'Store error: unsupported filter `>` for value `null`',
    '{ accounts(where: {age: 1, and: [{age: 2}]}) { id } }': 'Filter must by an object',
    '{ accounts(where: {or: [{age: 1}], age: 2, name_in: []}) { id } }':
      "Cannot mix column filters with 'or' operator at the same level. Found column filter(s) " +
      "'age', 'name_in' alongside 'or' operator.\n\nInstead of:\nwhere: { 'age', 'name_in', or: [...] }" +
      "\n\nUse:\nwhere: { or: [{ 'age', 'name_in', ... }, { 'age', 'name_in', ... }] }",
    '{ tokens(where: {owner_: {parent_: {name: "x"}}}) { id } }':
      'Child filter nesting not supported by value `parent`: `join on parent with Account(name = x)`',
    '{ tokens(where: {owner_: {parent_: {dec_in: ["01.50e1", 2], name_not_ends_with_nocase: "x"}}}) { id } }':
      'Child filter nesting not supported by value `parent`: ' +
      '`join on parent with Account(dec in (15,2) and name !~ *x$i)`',
    '{ accounts(where: {_change_block: {}}) { id } }': 'Filter must by an object',
    '{ accounts(orderBy: tags) { id } }': 'Ordering by `tags` is not supported for type `Account`',
    '{ accounts(orderBy: color) { id } }':
      'Ordering by `color` is not supported for type `Account`',
    '{ accounts(orderBy: parent) { id } }':
      'Ordering by `parent` is not supported for type `Account`',
    '{ tokens(orderBy: owner__color) { id } }':
      'Ordering by `color` is not supported for type `Account`',
    '{ accounts(where: {tags_contains: null}) { id } }':
      'Failed to get entities from store: unsupported filter `contains` for value `null`',
    '{ accounts(where: {name_starts_with: null}) { id } }':
      'Store error: unsupported filter ` like ` for value `null`',
    '{ accounts { tokens(orderBy: owner__name) { id } } }':
      'Failed to get entities from store: SortKey::ChildKey cannot be used for parent ordering (yet)',
    '{ tokens(where: {owner_starts_with: "0x"}) { id } }':
      'Failed to get entities from store: operator does not exist: bytea ~~ text',
    '{ tokens(where: {owner_not_ends_with_nocase: "0x"}) { id } }':
      'Failed to get entities from store: operator does not exist: bytea !~~* text',
    '{ accounts(where: {friends_contains: ["0x0A", "0Xzz"]}) { id } }':
      "Failed to get entities from store: Invalid character 'X' at position 1",
    '{ visit(id: "") { id } }':
      'Store error: store error: failed to convert `` to an Int8: cannot parse integer from empty string',
    '{ visit(id: "99999999999999999999") { id } }':
      'Store error: store error: failed to convert `99999999999999999999` to an Int8: number too large to fit in target type',
    '{ visit(id: "1x") { id } }':
      'Store error: store error: failed to convert `1x` to an Int8: invalid digit found in string',
    '{ takings_collection(interval: day, orderBy: keeper) { id } }':
      'Ordering by `keeper` is not supported for type `Takings_day`',
    '{ account(id: "0xzz") { id } }':
      "Store error: store error: Invalid character 'z' at position 0",
    '{ articleSearch(text: "a b") { id } }':
      'Invalid fulltext search query syntax. Error: syntax error in tsquery: "a b". Hint: Search ' +
      'terms with spaces need to be enclosed in single quotes',
    '{ accounts { profile { id } } }':
      'Ambiguous result for derived field `profile`: Multiple `Profile` entities refer back via `account`',
    '{ accounts { t: id t: parent { id } } }':
      'invalid query: can not merge fields because type `Account` showed up unexpectedly',
    '{ accounts { t: parent { id } t: tokens { id } } }':
      'invalid query: can not merge fields because type `Token` showed up unexpectedly',
    '{ _logs { id } }': 'Not supported: the `_logs` query is not enabled on this indexer',
    '{ _logs { id } tokens { id } }':
      'The _logs query cannot be combined with other entity queries in the same request',
  }
  for (const [query, message] of Object.entries(cases)) {
    assert.equal(await messages(query), message, query)
  }
})

test('a filter is fitted to its table before SQL is written, and its lists are looked at last', async () => {
  const fits = 'Store error: unsupported filter `>` for value `null`'
  const written =
    'Failed to get entities from store: unsupported filter `contains` for value `null`'
  const ordered =
    'Failed to get entities from store: SortKey::ChildKey cannot be used for parent ordering (yet)'
  const cases: Readonly<Record<string, string>> = {
    '{ accounts(where: {and: [{tags_contains: null}, {age_gt: null}]}) { id } }': fits,
    '{ accounts(where: {and: [{name_contains: null}, {friends: ["0Xzz"]}]}) { id } }': written,
    '{ accounts(where: {and: [{friends: ["0Xzz"]}, {name_contains: null}]}) { id } }': written,
    '{ accounts { tokens(orderBy: owner__name, where: {symbol_contains: null}) { id } } }': written,
    '{ accounts { tokens(orderBy: owner__name, where: {amount_gt: null}) { id } } }': fits,
    '{ accounts { tokens(orderBy: owner__name, where: {owner_starts_with: "x"}) { id } } }':
      ordered,
  }
  for (const [query, message] of Object.entries(cases)) {
    assert.equal(await messages(query), message, query)
  }
})

test('what the database refuses of one field leaves the errors of others', async () => {
  assert.equal(
    await messages(
      '{ a: tokens(where: {owner_starts_with: "x"}) { id } tokens { id } ' +
        'articleSearch(text: "a b") { id } b: tokens(where: {owner_ends_with: "x"}) { id } }',
    ),
    'Failed to get entities from store: operator does not exist: bytea ~~ text\n' +
      'Invalid fulltext search query syntax. Error: syntax error in tsquery: "a b". Hint: Search ' +
      'terms with spaces need to be enclosed in single quotes\n' +
      'Failed to get entities from store: operator does not exist: bytea ~~ text',
  )
})

test('null is no element of an `in` list', async () => {
  assert.equal(
    await messages('{ tokens(where: {id_in: ["t1", null]}) { id } }'),
    'Invalid value provided for argument `where`: Object({"id_in": List([String("t1"), Null])})',
  )
})

test('a NUL character is refused without showing SQL', async () => {
  const message = await messages('query($s: String) { accounts(where: {name: $s}) { id } }', {
    s: 'a\0b',
  })
  assert.equal(
    message,
    'Store error: store error: a string in the query holds the character U+0000',
  )
})

test('errors of one field leave no data, and several fields all report theirs', async () => {
  assert.equal(
    await messages('{ tokens { id } a: accounts(first: 0) { id } b: accounts(skip: -1) { id } }'),
    'The `first` argument must be between 0 and 1000, but is 0\n' +
      'The `skip` argument must be between 0 and 4294967295, but is -1',
  )
})

test('blocks that cannot be queried are refused', async () => {
  const query = (constraint: string) => `{ tokens(block: ${constraint}) { id } }`
  const until = `has only indexed up to block number ${HEAD_BLOCK} and data for block number`
  const cases: Readonly<Record<string, string>> = {
    '{number: 11}': `Failed to decode \`block.number\` value: \`subgraph ${ZOO_ID} ${until} 11 is therefore not yet available\``,
    '{number_gte: 12}': `Failed to decode \`block.number_gte\` value: \`subgraph ${ZOO_ID} ${until} 12 is therefore not yet available\``,
    '{number: 0}': `Failed to decode \`block.number\` value: \`subgraph ${ZOO_ID} only has data starting at block number 1 and data for block number 0 is therefore not available\``,
    '{hash: "0xabcd"}': 'Failed to decode `block.hash` value: `no block with that hash found`',
    '{}': 'Invalid value provided for argument `block`: Object({})',
    '{hash: "0xab", number: null}':
      'Failed to decode `block.hash` value: `no block with that hash found`',
    '{number: null}': 'Invalid value provided for argument `block`: Object({"number": Null})',
    '{hash: "word"}':
      'Invalid value provided for argument `block`: Object({"hash": String("word")})',
  }
  for (const [constraint, message] of Object.entries(cases)) {
    assert.equal(await messages(query(constraint)), message, constraint)
  }
})

test('a subgraph without a block says that it has not started', async () => {
  zoo.scene.head = null
  assert.equal(
    await messages('{ tokens { id } }'),
    `Store error: query execution failed: Subgraph \`${ZOO_ID}\` has not started syncing yet. ` +
      'Wait for it to ingest a few blocks before querying it',
  )
})

test('indexing errors hide entities unless they are allowed', async () => {
  zoo.scene.errorsFrom = 6
  const indexingError = [{ message: 'indexing_error' }]
  assert.deepEqual(await zoo.ask('{ tokens(first: 1) { id } _meta { hasIndexingErrors } }'), {
    data: { _meta: { hasIndexingErrors: true } },
    errors: indexingError,
  })
  assert.deepEqual(await zoo.ask('{ tokens(first: 1) { id } }'), { errors: indexingError })
  assert.deepEqual(await zoo.ask('{ tokens(first: 1, subgraphError: allow) { id } }'), {
    data: { tokens: [{ id: 't1' }] },
    errors: indexingError,
  })
  assert.deepEqual(await zoo.ask('{ _meta { hasIndexingErrors } }'), {
    data: { _meta: { hasIndexingErrors: true } },
  })
  assert.deepEqual(await zoo.ask('{ tokens(first: 1, block: {number: 5}) { id } }'), {
    data: { tokens: [{ id: 't1' }] },
  })
})

test('a reorg between reading the head and the data is noticed, and the query begun anew', async () => {
  // The head that is told first is gone by the time the data is read.
  const old = { ...block(HEAD_BLOCK), hash: `0x${'e'.repeat(64)}` }
  const newer = block(HEAD_BLOCK - 1)
  const heads = [old, newer]
  Object.defineProperty(zoo.scene, 'head', {
    configurable: true,
    enumerable: true,
    get: () => heads.shift() ?? newer,
  })
  const { data } = await zoo.ask('{ _meta { block { number hash } } tokens(first: 1) { id } }')
  Object.defineProperty(zoo.scene, 'head', { value: null, writable: true, configurable: true })
  assert.deepEqual(data, {
    tokens: [{ id: 't1' }],
    _meta: { block: { number: newer.number, hash: newer.hash } },
  })
})

test('the head’s block is looked up only if blocks may have been taken back', async () => {
  zoo.scene.hashes.set(HEAD_BLOCK, `0x${'e'.repeat(64)}`)
  const reorganized = 'the chain was reorganized while executing the query'
  const queries = ['{ token(id: "t1") { id } }', '{ token(id: "t1") { owner { id } } }']
  zoo.scene.revision = () => 7
  for (const query of queries) assert.equal((await zoo.ask(query)).errors, undefined)
  let revision = 0
  zoo.scene.revision = () => revision++
  for (const query of queries) assert.equal(await messages(query), reorganized)
  zoo.scene.revision = () => null
  for (const query of queries) assert.equal(await messages(query), reorganized)
})

test('a chain that will not settle ends in an error', async () => {
  zoo.scene.hashes.set(HEAD_BLOCK, `0x${'e'.repeat(64)}`)
  assert.equal(
    await messages('{ tokens { id } }'),
    'the chain was reorganized while executing the query',
  )
})

test('a query sees one state of the store while it is being written', async () => {
  // Every block moves one amount between two tokens; no answer may see a sum in between.
  await zoo.pool.query(
    `insert into sgd1.profile (vid, block_range, id, account, bio) values
     (900, '[10,)', 'w1', '\\x0c', '0'), (901, '[10,)', 'w2', '\\x0c', '0')`,
  )
  let writing = true
  const writer = (async () => {
    for (let round = 1; writing; round++) {
      await zoo.pool.query(
        `update sgd1.profile set bio = case id when 'w1' then $1 else $2 end where id in ('w1', 'w2')`,
        [String(round), String(-round)],
      )
    }
  })()
  try {
    for (let attempt = 0; attempt < 40; attempt++) {
      const { data } = await zoo.ask(
        '{ a: profile(id: "w1") { bio } accounts { id } b: profile(id: "w2") { bio } }',
      )
      const { a, b } = data as Record<'a' | 'b', { bio: string }>
      assert.equal(Number(a.bio) + Number(b.bio), 0)
    }
  } finally {
    writing = false
    await writer
    await zoo.pool.query(`delete from sgd1.profile where id in ('w1', 'w2')`)
  }
})

test('a store that is ahead of the known head is read as it was at that head', async () => {
  const queries = [
    '{ accounts { name } }',
    '{ accounts(where: {name: "Anna"}) { name } }',
    '{ pets(where: {name: "Rex"}) { name } }',
    '{ _accountsPage { totalCount } }',
    '{ accounts { name friends { name } } tokens { owner { name } } }',
  ]
  const ask = () => Promise.all(queries.map(async (query) => (await zoo.ask(query)).data))
  const write = (number: number, statements: string) => {
    const hash = `\\x${blockHash(number).slice(2)}`
    return zoo.pool.query(`begin; update sgd1.newest set hash = '${hash}'; ${statements}; commit`)
  }
  const before = await ask()
  await write(
    11,
    `update sgd1.account set block_range = '[5,11)' where vid = 2;
     insert into sgd1.account (vid, block_range, id, name, tags, friends)
       values (910, '[11,)', '\\x0a', 'Annie', '{}', '{}'), (911, '[11,)', '\\x31', 'Eve', '{}', '{}');
     update sgd1.dog set block_range = '[1,11)' where name = 'Rex'`,
  )
  const behind = await ask()
  zoo.scene.head = block(11)
  const after = await ask()
  await write(
    HEAD_BLOCK,
    `delete from sgd1.account where vid >= 910;
     update sgd1.account set block_range = '[5,)' where vid = 2;
     update sgd1.dog set block_range = '[1,)' where name = 'Rex'`,
  )
  zoo.scene.head = block(HEAD_BLOCK)
  assert.deepEqual(behind, before)
  assert.deepEqual(await ask(), before)
  assert.deepEqual(after.slice(0, 4), [
    { accounts: ['Annie', 'Bob', 'cem_x', 'Eve'].map((name) => ({ name })) },
    { accounts: [] },
    { pets: [] },
    { _accountsPage: { totalCount: 4 } },
  ])
})

test('depth and size have bounds', async () => {
  const deep = (levels: number) =>
    `{ accounts { ${'parent { '.repeat(levels)} id ${'} '.repeat(levels)} } }`
  assert.equal(await messages(deep(260)), 'query has a depth that exceeds the limit of `255`')
  const wide = `{ accounts(first: 1000) { ${'friends(first: 1000) { '.repeat(7)} id ${'} '.repeat(7)} } }`
  assert.match(
    String(await messages(wide)),
    /^query potentially returns `18446744073709551615` entities or more and thereby exceeds the limit of `0` entities\./,
  )
})

test('more queries than connections, good and bad, all get their answer', async () => {
  const queries = Array.from({ length: 40 }, (_, n) => {
    if (n % 4 === 0) return '{ tokens(block: {number: 99}) { id } }'
    if (n % 4 === 1) return '{ articleSearch(text: "a b") { id } }'
    return '{ accounts { name tokens { id } } }'
  })
  const answers = await Promise.all(queries.map((query) => zoo.ask(query)))
  answers.forEach((answer, n) => {
    assert.equal(answer.errors === undefined, n % 4 > 1)
    assert.equal(answer.data !== undefined, n % 4 > 1)
  })
})

test('a query made to unfold without end is stopped', async () => {
  const fragments = Array.from(
    { length: 40 },
    (_, n) => `fragment f${n} on Account { a: parent { ...f${n + 1} } b: parent { ...f${n + 1} } }`,
  )
  const bomb = `{ accounts { ...f0 } } ${fragments.join(' ')} fragment f40 on Account { id }`
  assert.match(String(await messages(bomb)), /^query potentially returns/)
  // The same in a query that is wrong anyway, and in a circle.
  assert.match(
    String(await messages(bomb.replace('{ accounts', '{ nothing { id } accounts'))),
    /^Type `Query`/,
  )
  assert.match(
    String(await messages('{ nothing { id } ...a } fragment a on Query { ...a }')),
    /^Type `Query` has no field `nothing`$/,
  )
  const nested = `${'{ parent '.repeat(50_000)}${'}'.repeat(50_000)}`
  assert.match(String(await messages(nested)), /deep/)
})
