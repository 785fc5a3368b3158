import assert from 'node:assert/strict'
import { test } from 'node:test'
import { camelCase } from './camelCase.ts'
import { pluralize } from './pluralize.ts'
import { rootFieldNames } from './rootFieldNames.ts'
import { snakeCase } from './snakeCase.ts'
import { UNCOUNTABLE_WORDS } from './uncountableWords.ts'

function check(convert: (name: string) => string, cases: Readonly<Record<string, string>>): void {
  for (const [name, expected] of Object.entries(cases)) assert.equal(convert(name), expected, name)
}

test('table and column names are in snake case', () => {
  check(snakeCase, {
    token0: 'token_0',
    token10: 'token_10',
    amount0In: 'amount_0_in',
    totalSupplyUSD: 'total_supply_usd',
    x1Y: 'x_1y',
    big_thing: 'big_thing',
    BigThing: 'big_thing',
    _Foo: 'foo',
    foo_: 'foo',
    Stats1_hour: 'stats_1_hour',
    HTTPFooBar: 'http_foo_bar',
    metaURI: 'meta_uri',
    id: 'id',
  })
})

test('query fields are in camel case', () => {
  check(camelCase, {
    USDCToken: 'usdctoken',
    PoolUSDC: 'poolUSDC',
    HTTPFooBar: 'httpfooBar',
    ERC20Token: 'erc20Token',
    _Foo: 'foo',
    A1b: 'a1B',
    foo_bar: 'fooBar',
    ModelTraining: 'modelTraining',
    X: 'x',
  })
})

test('plurals follow rules that are not quite English', () => {
  check(pluralize, {
    Status: 'Statuses',
    Series: 'Series',
    Swaps: 'Swaps',
    Person: 'Persons',
    Child: 'Childs',
    Man: 'Mans',
    Datum: 'Datums',
    Vertex: 'Vertexes',
    Life: 'Lifes',
    Leaf: 'Leaves',
    Hero: 'Heros',
    Money: 'Monies',
    Gas: 'Gas',
    Metadata: 'Metadata',
    Analysis: 'Analyses',
    Proxy: 'Proxies',
    UniswapDayData: 'UniswapDayDatas',
    Batch: 'Batches',
    Box: 'Boxes',
    // Whole words are only known in lower case.
    ox: 'oxen',
    child: 'children',
    // Two rules keep the ending that they were meant to replace.
    person: 'personople',
    mouse: 'mouseice',
    matrix: 'matrices',
    cactus: 'cacti',
    knife: 'knives',
    potato: 'potatoes',
    geometry: 'geometries',
    woman: 'women',
    axis: 'axes',
    agendum: 'agenda',
    elf: 'elves',
    zoology: 'zoology',
    hero: 'heroes',
    yoga: 'yoga',
    quiz: 'quizzes',
  })
  assert.equal(UNCOUNTABLE_WORDS.size, 202)
})

test('a type whose plural is its singular gets a collection field', () => {
  assert.deepEqual(rootFieldNames('Metadata'), {
    singular: 'metadata',
    plural: 'metadata_collection',
  })
  assert.deepEqual(rootFieldNames('Gas'), { singular: 'gas', plural: 'gas_collection' })
  assert.deepEqual(rootFieldNames('Epoch'), { singular: 'epoch', plural: 'epoches' })
  assert.deepEqual(rootFieldNames('ERC20Token'), { singular: 'erc20Token', plural: 'erc20Tokens' })
})
