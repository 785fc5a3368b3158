import assert from 'node:assert/strict'
import { test } from 'node:test'
import { snakeCase } from '../names/snakeCase.ts'
import { aggregateExpression } from './aggregateExpression.ts'

const FIELDS = ['price', 'amount', 'priceUSD', 'power']
const columnOf = (field: string) => (FIELDS.includes(field) ? snakeCase(field) : null)

test('fields become columns, and what is allowed stays', () => {
  const cases: Readonly<Record<string, readonly [string, ...string[]]>> = {
    price: ['"price"', 'price'],
    'priceUSD * amount': ['"price_usd" * "amount"', 'amount', 'price_usd'],
    'Greatest(amount, 0)::numeric': ['greatest("amount", 0)::numeric', 'amount'],
    'case when amount > 0 then price else -price END': [
      'case when "amount" > 0 then "price" else -"price" end',
      ...['amount', 'price'],
    ],
    'cast(price as int8) / (1.5 + "amount")': [
      'cast("price" as int8) / (1.5 + "amount")',
      ...['amount', 'price'],
    ],
    'case price when 1 then 2 else 3 end is not distinct from - -amount::numeric(8, 2)': [
      'case "price" when 1 then 2 else 3 end is not distinct from - -"amount"::numeric(8, 2)',
      ...['amount', 'price'],
    ],
    "coalesce(price, 0) + power(amount, 2) is not null and 'it''s' <> 'x'": [
      `coalesce("price", 0) + power("amount", 2) is not null and 'it''s' <> 'x'`,
      ...['amount', 'price'],
    ],
  }
  for (const [text, [sql, ...columns]] of Object.entries(cases)) {
    assert.deepEqual(aggregateExpression(text, columnOf), { sql, columns }, text)
  }
})

test('everything else is refused', () => {
  const cases: Readonly<Record<string, RegExp>> = {
    '': /is empty/,
    'random()': /uses the function `random`/,
    'pg_sleep(1)': /uses the function `pg_sleep`/,
    '(select 1)': /names `select`/,
    'price; drop table x': /has `;` at position 5/,
    'price -- amount': /holds a comment/,
    'price /* x */': /holds a comment/,
    'nothing + 1': /names `nothing`, which is no field/,
    'price::regclass': /casts to `regclass`/,
    'price || amount': /has `\|`/,
    'x.price': /names `x`/,
    $$price$$: /has `\$`/,
    'price +': /has `its end` where/,
    'price amount': /has `"amount"` where/,
    'abs(price': /has `its end` where/,
    'abs(price,)': /has `\)` where/,
    'price)': /has `\)` where/,
    'case price end': /has `end` where/,
    'case when price then amount else end': /has `end` where/,
    'price is amount': /has `"amount"` where/,
    'price::': /has `its end` where/,
  }
  for (const [text, message] of Object.entries(cases)) {
    assert.throws(
      () => aggregateExpression(text, columnOf),
      { name: 'AggregateExpressionError', message },
      text,
    )
  }
})
