import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BigDecimal } from './bigDecimal.ts'

function decimal(text: string): BigDecimal {
  const value = BigDecimal.parse(text)
  assert.ok(value !== null, `${text} is a decimal number`)
  return value
}

test('rounds positive results half up and cuts negative ones, at 34 digits', () => {
  const three = decimal('3')
  assert.equal(decimal('1').dividedBy(three).toString(), `0.${'3'.repeat(34)}`)
  assert.equal(decimal('2').dividedBy(three).toString(), `0.${'6'.repeat(33)}7`)
  assert.equal(decimal('-29').dividedBy(three).toString(), `-9.${'6'.repeat(33)}`)
  assert.equal(decimal(`${'9'.repeat(34)}5`).toString(), `1${'0'.repeat(35)}`)
  assert.equal(decimal(`-${'9'.repeat(34)}5`).toString(), `-${'9'.repeat(34)}0`)
  assert.equal(decimal(`1${'0'.repeat(33)}49`).toString(), `1${'0'.repeat(35)}`)
  assert.equal(decimal(`1${'0'.repeat(33)}50`).toString(), `1${'0'.repeat(32)}100`)
})

test('keeps 35 digits of a negative result whose bits are those of 34', () => {
  const cases = {
    '-550737023334336904': ['7', '-78676717619190986.285714285714285714'],
    '-12345678901234567890.123456789012345678951': ['1', '-12345678901234567890.123456789012345'],
    '-2': ['10000100', '-0.00000019999800001999980000199998000019999'],
  }
  for (const [dividend, [divisor, quotient]] of Object.entries(cases)) {
    const result = decimal(dividend).dividedBy(decimal(divisor))
    assert.equal(result.toString(), quotient)
    assert.ok(decimal(quotient).equals(result), 'it is the same once it was stored')
  }
  assert.equal(decimal(`-9${'1'.repeat(40)}`).toString(), `-9${'1'.repeat(33)}${'0'.repeat(7)}`)
})

test('divides to 100 digits before it cuts', () => {
  assert.equal(
    decimal('1').dividedBy(decimal('7')).toString(),
    '0.1428571428571428571428571428571429',
  )
  assert.equal(
    decimal('22').dividedBy(decimal('0.7')).toString(),
    '31.42857142857142857142857142857143',
  )
  assert.equal(
    decimal('1e-20').dividedBy(decimal('3e20')).toString(),
    `0.${'0'.repeat(40)}${'3'.repeat(34)}`,
  )
  assert.equal(decimal('500').dividedBy(decimal('5e-3')).toString(), '100000')
  assert.equal(decimal('12').dividedBy(decimal('1')).toString(), '12')
  assert.throws(() => decimal('12').dividedBy(decimal('0')), {
    name: 'DeterministicError',
    message: 'attempted to divide BigDecimal `12` by zero',
  })
})

test('adds, subtracts and multiplies exactly within 34 digits', () => {
  assert.equal(decimal('0.1').plus(decimal('0.2')).toString(), '0.3')
  assert.equal(decimal('1e3').minus(decimal('0.001')).toString(), '999.999')
  assert.equal(decimal('-1.5').times(decimal('4')).toString(), '-6')
  assert.equal(decimal('1e20').plus(decimal('1e-20')).toString(), '100000000000000000000')
  assert.ok(decimal('1.50').equals(decimal('15e-1')))
  assert.ok(decimal('0.000').equals(new BigDecimal(0n, 7)))
})

test('reads signs, points and exponents, and nothing else', () => {
  const read = (text: string) => BigDecimal.parse(text)?.toString() ?? null
  assert.deepEqual(['1e5', '+1.5E-1', '.5', '5.', '-0.50', '007'].map(read), [
    '100000',
    '0.15',
    '0.5',
    '5',
    '-0.5',
    '7',
  ])
  assert.deepEqual(
    ['', '.', 'e5', '1e', '1.2.3', '0x1', ' 1', 'NaN'].map(read),
    Array(8).fill(null),
  )
})

test('refuses exponents that graph-node refuses', () => {
  assert.throws(() => decimal('1e6145').checkExponent(), {
    message: 'big decimal exponent `6145` is outside the `-6143` to `6144` range',
  })
  assert.equal(decimal('1e6144').checkExponent().exponent, 6144)
})
