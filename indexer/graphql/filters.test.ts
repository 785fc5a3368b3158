import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ANN, BOB, CEM, startZoo, type Zoo } from './testing/zoo.ts'

let zoo: Zoo

before(async () => {
  zoo = await startZoo()
})

after(() => zoo.stop())

/** At block 7 there are Anna, Bob, cem_x and Dot; cem_x has none of the values that may be missing. */
const CASES: Readonly<Record<string, string>> = {
  'id: "0x0a"': 'Anna',
  'id: "0A"': 'Anna',
  'id_not: "0x0a"': 'Bob cem_x Dot',
  'id_gt: "0x0b"': 'cem_x Dot',
  'id_lt: "0x0b"': 'Anna',
  'id_gte: "0x0b"': 'Bob cem_x Dot',
  'id_lte: "0x0b"': 'Anna Bob',
  'id_in: ["0x0a", "0x0d", "0xff"]': 'Anna Dot',
  'id_not_in: ["0x0a", "0x0d"]': 'Bob cem_x',
  'id_contains: "0x0a"': 'Anna',
  'id_not_contains: "0x0a"': 'Bob cem_x Dot',

  'name: "Bob"': 'Bob',
  'name: "bob"': '',
  'name_not: "Bob"': 'Anna cem_x Dot',
  'name_gt: "Bob"': 'cem_x Dot',
  'name_lt: "Bob"': 'Anna',
  'name_gte: "Bob"': 'Bob cem_x Dot',
  'name_lte: "Bob"': 'Anna Bob',
  'name_in: ["Anna", "Dot"]': 'Anna Dot',
  'name_in: []': '',
  'name_not_in: ["Anna", "Dot"]': 'Bob cem_x',
  'name_not_in: []': '',
  'name_contains: "o"': 'Bob Dot',
  'name_contains: "m_"': 'cem_x',
  'name_contains: "e%x"': 'cem_x',
  'name_contains: "%ot"': 'Dot',
  'name_contains_nocase: "A"': 'Anna',
  'name_contains_nocase: "O"': 'Bob Dot',
  'name_not_contains: "o"': 'Anna cem_x',
  'name_not_contains_nocase: "O"': 'Anna cem_x',
  'name_starts_with: "A"': 'Anna',
  'name_starts_with: "a"': '',
  'name_starts_with_nocase: "a"': 'Anna',
  'name_not_starts_with: "A"': 'Bob cem_x Dot',
  'name_not_starts_with_nocase: "a"': 'Bob cem_x Dot',
  'name_ends_with: "t"': 'Dot',
  'name_ends_with_nocase: "T"': 'Dot',
  'name_not_ends_with: "t"': 'Anna Bob cem_x',
  'name_not_ends_with_nocase: "T"': 'Anna Bob cem_x',

  'color: red': 'Anna Dot',
  'color: null': 'cem_x',
  'color_not: red': 'Bob',
  'color_not: null': 'Anna Bob Dot',
  'color_in: [red, BLUE]': 'Anna Bob Dot',
  'color_not_in: [red]': 'Bob',

  'age: 30': 'Anna Dot',
  'age: null': 'cem_x',
  'age_not: 30': 'Bob',
  'age_not: null': 'Anna Bob Dot',
  'age_gt: 30': 'Bob',
  'age_lt: 41': 'Anna Dot',
  'age_gte: 30': 'Anna Bob Dot',
  'age_lte: 30': 'Anna Dot',
  'age_in: [30, 7]': 'Anna Dot',
  'age_not_in: [30]': 'Bob',

  'big: 0': 'Dot',
  'big: "-5"': 'Bob',
  'big_not: 0': 'Anna Bob',
  'big_gt: "18446744073709551616"': 'Anna',
  'big_lt: 0': 'Bob',
  'big_gte: 0': 'Anna Dot',
  'big_lte: 0': 'Bob Dot',
  'big_in: [0, "-5"]': 'Bob Dot',
  'big_not_in: [0]': 'Anna Bob',

  'dec: -12.34': 'Anna',
  'dec: "1e6"': 'Bob',
  'dec_not: 0': 'Anna Bob',
  'dec_gt: 0.5': 'Bob',
  'dec_lt: 0': 'Anna',
  'dec_gte: 0': 'Bob Dot',
  'dec_lte: "-12.340"': 'Anna',
  'dec: "-12.34000000000000000000000000000000001"': 'Anna',
  'dec_in: ["-12.34", 0]': 'Anna Dot',
  'dec_not_in: [0]': 'Anna Bob',

  'flag: true': 'Anna',
  'flag_not: true': 'Bob',
  'flag: null': 'cem_x Dot',
  'flag_in: [true, false]': 'Anna Bob',
  'flag_not_in: [true]': 'Bob',

  'at: "1700000000123456"': 'Anna',
  'at_not: "1700000000123456"': 'Bob',
  'at_gt: "1700000000123456"': 'Bob',
  'at_lt: "1700000001000000"': 'Anna',
  'at_gte: "1700000000123456"': 'Anna Bob',
  'at_lte: "1700000000123456"': 'Anna',
  'at_in: ["1700000001000000"]': 'Bob',
  'at_not_in: ["1700000001000000"]': 'Anna',

  'num: "9007199254740993"': 'Anna',
  'num: 9007199254740993': 'Anna',
  'num_not: 0': 'Anna Bob',
  'num_gt: 0': 'Anna',
  'num_lt: 0': 'Bob',
  'num_gte: 0': 'Anna Dot',
  'num_lte: 0': 'Bob Dot',
  'num_in: [0, -3]': 'Bob Dot',
  'num_not_in: [0, -3]': 'Anna',

  'data: "0xdeadbeef"': 'Anna',
  'data: "0x"': 'Dot',
  'data_not: "0xdeadbeef"': 'Bob Dot',
  'data_gt: "0x00"': 'Anna',
  'data_lt: "0x01"': 'Bob Dot',
  'data_gte: "0x00"': 'Anna Bob',
  'data_lte: "0x00"': 'Bob Dot',
  'data_in: ["0x00", "0x"]': 'Bob Dot',
  'data_not_in: ["0x00", "0x"]': 'Anna',
  'data_contains: "0xadbe"': 'Anna',
  'data_not_contains: "0xadbe"': 'Bob Dot',

  'tags: ["small", "big"]': 'Bob',
  'tags_not: []': 'Anna Bob',
  'tags_contains: ["big"]': 'Anna Bob',
  'tags_contains: ["big", "with space"]': 'Anna',
  'tags_contains_nocase: ["BIG"]': 'Anna Bob',
  'tags_not_contains: ["small", "100%"]': 'cem_x Dot',
  'tags_not_contains_nocase: ["SMALL"]': 'Anna cem_x Dot',
  'colors: [red, BLUE]': 'Anna',
  'colors_not: []': 'Anna',
  'colors_contains: [BLUE]': 'Anna',
  'colors_not_contains: [BLUE]': 'Bob',
  'amounts: [20]': 'Bob',
  'amounts_contains: [20]': 'Anna Bob',
  'amounts_not_contains: [300]': 'Bob',
  'hashes_contains: ["0xff00"]': 'Anna',
  'hashes_not: ["0x01", "0xff00"]': 'Bob',

  'parent: "0x0b"': 'Anna',
  'parent: null': 'Bob Dot',
  'parent_not: "0x0b"': 'cem_x',
  'parent_in: ["0x0a", "0x0b"]': 'Anna cem_x',
  'parent_gt: "0x0a"': 'Anna',
  'parent_contains: "0x0a"': 'cem_x',
  'friends: ["0x0a"]': 'Bob',
  'friends_contains: ["0x0b"]': 'Anna',
  'friends_not_contains: ["0x0b"]': 'Bob cem_x Dot',

  'parent_: {name: "Bob"}': 'Anna',
  'parent_: {tags_contains: ["100%"]}': 'cem_x',
  'friends_: {name: "cem_x"}': 'Anna',
  'tokens_: {amount_gt: 5}': 'Anna',
  'tokens_: {symbol: "AAA"}': 'Anna Bob',
  'admirers_: {name: "Anna"}': 'Bob cem_x',
  'pets_: {name: "Mia"}': 'Anna',
  'pets_: {name_in: ["Ace", "Rex"]}': 'Anna Bob',
  'profile_: {bio: null}': 'Bob',
  'parent_: {}': 'Anna cem_x',

  'and: [{age: 30}, {big: 0}]': 'Dot',
  'or: [{age: 41}, {big: 0}]': 'Bob Dot',
  'and: []': 'Anna Bob cem_x Dot',
  'or: []': '',
  'and: [{age: 30}, {or: [{name: "Dot"}, {name: "Bob"}]}]': 'Dot',
  'or: [{and: [{age: 30}, {flag: true}]}, {name: "Bob"}]': 'Anna Bob',
  'or: [{parent_: {name: "Bob"}}, {name: "Dot"}]': 'Anna Dot',
  'age: 30, color: red, name_not: "Dot"': 'Anna',
  '_change_block: {number_gte: 5}': 'Anna',
  '_change_block: {number_gte: 3}, age_not: null': 'Anna Dot',
}

test('every filter of every type selects what graph-node selects', async () => {
  const entries = Object.entries(CASES)
  const fields = entries.map(
    ([where], place) => `c${place}: accounts(where: {${where}}, block: {number: 7}) { name }`,
  )
  const answer = await zoo.ask(`{ ${fields.join('\n')} }`)
  assert.equal(answer.errors, undefined)
  const data = answer.data as Record<string, { name: string }[]>
  const found = entries.map(([where], place) => {
    const names = data[`c${place}`].map((account) => account.name)
    return [where, names.join(' ')]
  })
  assert.deepEqual(Object.fromEntries(found), CASES)
})

test('a string longer than what is indexed is compared as a whole', async () => {
  const long = 'é'.repeat(200)
  await zoo.pool.query('begin')
  await zoo.pool.query(
    `insert into sgd1.account (vid, block_range, id, name, tags, friends, data)
     values (100, '[1,2)', '\\x01', $1, '{}', '{}', $2), (101, '[1,2)', '\\x02', $3, '{}', '{}', $4)`,
    [
      `${long}a`,
      Buffer.alloc(80, 1),
      `${long}b`,
      Buffer.concat([Buffer.alloc(79, 1), Buffer.of(2)]),
    ],
  )
  await zoo.pool.query('commit')
  const bytes = `0x${'01'.repeat(80)}`
  const { data } = await zoo.ask(`{
    equal: accounts(where: {name: "${long}a"}, block: {number: 1}) { id }
    not: accounts(where: {name_not: "${long}a", name_starts_with: "é"}, block: {number: 1}) { id }
    greater: accounts(where: {name_gt: "${long}a"}, block: {number: 1}) { id }
    atLeast: accounts(where: {name_gte: "${long}a", name_lte: "${long}b"}, block: {number: 1}) { id }
    less: accounts(where: {name_lt: "${long}b", name_starts_with: "é"}, block: {number: 1}) { id }
    in: accounts(where: {name_in: ["${long}b", "x"]}, block: {number: 1}) { id }
    bytes: accounts(where: {data: "${bytes}"}, block: {number: 1}) { id }
    moreBytes: accounts(where: {data_gt: "${bytes}"}, block: {number: 1}) { id }
  }`)
  await zoo.pool.query('delete from sgd1.account where vid >= 100')
  assert.deepEqual(data, {
    equal: [{ id: '0x01' }],
    not: [{ id: '0x02' }],
    greater: [{ id: '0x02' }],
    atLeast: [{ id: '0x01' }, { id: '0x02' }],
    less: [{ id: '0x01' }],
    in: [{ id: '0x02' }],
    bytes: [{ id: '0x01' }],
    moreBytes: [{ id: '0x02' }],
  })
})

test('filters of interfaces look into every implementer', async () => {
  const { data } = await zoo.ask(`{
    byName: pets(where: {name_gt: "Mia"}) { id }
    byOwner: pets(where: {owner: "${BOB}"}) { id }
    byOwnersName: pets(where: {owner_: {name: "Anna"}}) { id }
    or: pets(where: {or: [{name: "Ace"}, {id: "c1"}]}) { id }
    homes(where: {favourite_: {name: "Mia"}}) { id }
    crowded: homes(where: {inhabitants_: {name: "Rex"}}) { id }
  }`)
  assert.deepEqual(data, {
    byName: [{ id: 'c2' }, { id: 'd1' }],
    byOwner: [{ id: 'd2' }],
    byOwnersName: [{ id: 'c1' }, { id: 'c2' }, { id: 'd1' }],
    or: [{ id: 'c1' }, { id: 'd2' }],
    homes: [{ id: 'h1' }],
    crowded: [{ id: 'h1' }],
  })
})

test('filters of immutable entities and aggregations work alike', async () => {
  const { data } = await zoo.ask(`{
    tokens(where: {amount: 10, owner_: {name: "Anna"}}) { id }
    changed: tokens(where: {_change_block: {number_gte: 6}}) { id }
    takings_collection(interval: hour, where: {keeper: "${ANN}"}) { id }
    since: takings_collection(interval: hour, where: {timestamp_gte: "1700002800000000"}) { id }
  }`)
  assert.deepEqual(data, {
    tokens: [{ id: 't1' }, { id: 't3' }],
    changed: [{ id: 't4' }, { id: 't5' }],
    takings_collection: [{ id: '12' }, { id: '11' }],
    since: [{ id: '13' }, { id: '12' }],
  })
})

test('filters of nested lists apply to each parent', async () => {
  const { data } = await zoo.ask(`{
    accounts { name tokens(where: {symbol_not: "AAA"}) { id } friends(where: {id_not: "${CEM}"}) { name } }
  }`)
  assert.deepEqual(data, {
    accounts: [
      { name: 'Anna', tokens: [{ id: 't2' }, { id: 't3' }], friends: [{ name: 'Bob' }] },
      { name: 'Bob', tokens: [{ id: 't5' }], friends: [{ name: 'Anna' }] },
      { name: 'cem_x', tokens: [], friends: [] },
    ],
  })
})

test('values pass as variables too, with all their digits', async () => {
  const { data, errors } = await zoo.ask(
    `query($where: Account_filter, $num: Int8!, $first: Int, $color: Color) {
       byWhere: accounts(where: $where, first: $first) { name }
       byNum: accounts(where: {num: $num}) { name }
       byColor: accounts(where: {color: $color}) { name }
     }`,
    { where: { big_gt: '1', tags_contains: ['big'] }, num: 1, first: null, color: 'BLUE' },
  )
  assert.equal(errors, undefined)
  assert.deepEqual(data, {
    byWhere: [{ name: 'Anna' }],
    byNum: [],
    byColor: [{ name: 'Bob' }],
  })
  const query = 'query($n: Int8) { accounts(where: {num: $n}) { name } }'
  assert.deepEqual(await zoo.ask(query, { n: '9007199254740993' }), {
    data: { accounts: [{ name: 'Anna' }] },
  })
  // What 32 bits cannot hold is a float to graph-node, unless it is a string.
  assert.deepEqual((await zoo.ask(query, { n: 2 ** 31 })).errors, [
    {
      locations: [{ line: 1, column: 7 }],
      message: 'Invalid value provided for argument `n`: Float(2147483648.0)',
    },
  ])
})

test('what a filter holds never becomes SQL', async () => {
  const nasty = `'; drop table sgd1.token; -- " \\\\ $1 %`
  const { data, errors } = await zoo.ask(
    `query($s: String!) {
       equal: accounts(where: {name: $s}) { id }
       like: accounts(where: {name_contains_nocase: $s}) { id }
       list: accounts(where: {tags_contains: [$s], name_in: [$s]}) { id }
       id: token(id: "t1') or ('a' = 'a") { id }
       tokens(where: {owner_: {name: $s}}) { id }
     }`,
    { s: nasty },
  )
  assert.equal(errors, undefined)
  assert.deepEqual(data, { equal: [], like: [], list: [], id: null, tokens: [] })
  const { rows } = await zoo.pool.query('select count(*)::int as n from sgd1.token')
  assert.equal(rows[0].n, 5)
})
