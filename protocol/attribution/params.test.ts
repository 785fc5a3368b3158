import assert from 'node:assert/strict'
import { test } from 'node:test'
import { id } from 'ethers'
import {
  checkParams,
  DEFAULT_PARAMS,
  ParamsError,
  paramKey,
  paramsFromValues,
  paramsToValues,
} from './params.ts'

test('parameters survive the way to the chain and back', () => {
  const params = { ...DEFAULT_PARAMS, version: 7 }
  assert.deepEqual(paramsFromValues(7, paramsToValues(params)), params)
  assert.equal(paramKey('dfCap'), id('dfCap'))
})

test('missing, impossible and contradictory values are refused', () => {
  const without = paramsToValues(DEFAULT_PARAMS)
  without.delete(paramKey('dfCap'))
  assert.throws(() => paramsFromValues(1, without), /lacks "dfCap"/)
  const huge = paramsToValues(DEFAULT_PARAMS).set(paramKey('dfCap'), 2n ** 32n)
  assert.throws(() => paramsFromValues(1, huge), ParamsError)
  const { splitBps, pathWeightsPpm } = DEFAULT_PARAMS
  for (const change of [
    { splitBps: { ...splitBps, host: 999 } },
    { pathWeightsPpm: { ...pathWeightsPpm, token: 1 } },
    { winsorPercentilePpm: 0 },
    { minSharePpm: 1_000_001 },
  ]) {
    assert.throws(() => checkParams({ ...DEFAULT_PARAMS, ...change }), ParamsError)
  }
  checkParams(DEFAULT_PARAMS)
})
