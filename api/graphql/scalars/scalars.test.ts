import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseValue } from 'graphql'
import { dateTime } from './dateTime.ts'
import { AddressScalar, BigIntScalar, BytesScalar, DateTimeScalar } from './scalars.ts'

const CHECKSUMMED = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'

describe('BigInt', () => {
  it('keeps every digit, both ways', () => {
    const large = 2n ** 255n - 1n
    for (const value of [0n, -1n, large, -large]) {
      assert.equal(BigIntScalar.serialize(value), value.toString())
      assert.equal(BigIntScalar.parseValue(value.toString()), value)
      assert.equal(BigIntScalar.parseLiteral(parseValue(`"${value}"`), {}), value)
      assert.equal(BigIntScalar.parseLiteral(parseValue(`${value}`), {}), value)
    }
    assert.equal(BigIntScalar.serialize('42'), '42')
    assert.equal(BigIntScalar.parseValue(42), 42n)
  })

  it('takes nothing that a float has touched', () => {
    for (const value of ['1.5', '1e3', '', ' 1', '0x10', 1.5, 2 ** 53, null, true, [1]]) {
      assert.throws(() => BigIntScalar.parseValue(value), /is not a whole number/)
    }
    assert.throws(() => BigIntScalar.parseLiteral(parseValue('1.5'), {}), /written as a string/)
    assert.throws(() => BigIntScalar.serialize('1.5'))
  })
})

describe('Address', () => {
  it('takes any case and gives the checksum', () => {
    for (const text of [
      CHECKSUMMED,
      CHECKSUMMED.toLowerCase(),
      `0x${CHECKSUMMED.slice(2).toUpperCase()}`,
    ]) {
      assert.equal(AddressScalar.parseValue(text), CHECKSUMMED.toLowerCase())
    }
    assert.equal(AddressScalar.serialize(CHECKSUMMED.toLowerCase()), CHECKSUMMED)
    assert.equal(
      AddressScalar.parseLiteral(parseValue(`"${CHECKSUMMED}"`), {}),
      CHECKSUMMED.toLowerCase(),
    )
  })

  it('refuses what is none, with the code of bad input', () => {
    for (const value of ['', '0x12', `${CHECKSUMMED}0`, 'vitalik.eth', 5, null]) {
      assert.throws(
        () => AddressScalar.parseValue(value),
        (error: Error & { extensions?: { code?: string } }) =>
          /is not an address/.test(error.message) && error.extensions?.code === 'BAD_USER_INPUT',
      )
    }
  })
})

describe('Bytes and DateTime', () => {
  it('are written in one form', () => {
    assert.equal(BytesScalar.serialize('0xABcd'), '0xabcd')
    assert.equal(DateTimeScalar.serialize(dateTime(1_790_000_000)), '2026-09-21T14:13:20.000Z')
    assert.equal(dateTime('0'), '1970-01-01T00:00:00.000Z')
    assert.equal(dateTime(1n), '1970-01-01T00:00:01.000Z')
  })
})
