import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RpcError } from './rpcErrors.ts'
import { shorterRange } from './shorterRange.ts'

/** Asks for blocks 1,000,000 to 1,019,999. */
function read(code: number, message: string, data?: unknown) {
  return shorterRange(new RpcError('eth_getLogs', code, message, data), 1_000_000, 1_019_999)
}

test('the longest range that a provider takes is read from its own words', () => {
  const words: [number, string, number, unknown?][] = [
    [-32602, 'range 20000 exceeds limit of 10000', 10_000],
    [-32614, 'eth_getLogs is limited to a 10,000 range', 10_000],
    [-32000, 'block range is too wide (maximum 1024)', 1_024],
    [
      -32000,
      'block range is larger than max block range, block range = 20000, max block range = 5000',
      5_000,
    ],
    [-32602, 'invalid params', 2_000, { payload: 'range 20000 is bigger than range limit 2000' }],
    [-32701, 'exceed maximum block range: 5000', 5_000],
    [-32000, 'Block range too large: maximum allowed is 1000 blocks', 1_000],
    [-32600, 'ranges over 10000 blocks are not supported on freetier', 10_000],
    [-32600, 'eth_getLogs block range too large, range: 20000, max: 2k', 2_000],
    [-32000, 'query exceeds max block range 500', 500],
    [-32602, 'eth_getLogs and eth_newFilter are limited to a 10,000 blocks range', 10_000],
  ]
  for (const [code, message, length, data] of words) {
    assert.deepEqual(read(code, message, data), { length, always: true }, message)
  }
})

test('a range that a provider proposes is taken', () => {
  const words = [
    'query returned more than 10000 results. Try with this block range [0xF4240, 0xF4627].',
    'Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range and no limit on the response size, or you can request any block range with a cap of 10K logs in the response. Based on your parameters and the response size limit, this block range should work: [0xf4240, 0xf4627]',
    'query exceeds max results 20000, retry with the range 1000000-1000999',
  ]
  for (const message of words) {
    assert.deepEqual(read(-32005, message), { length: 1_000, always: false }, message)
  }
})

test('a range with too many logs, or of a length without a number, is halved', () => {
  for (const message of [
    'query returned more than 10000 results',
    'logs matched by query exceeds limit of 10000',
    'query timeout exceeded',
    'block range is bigger than maxBlockRange',
    'block range too large',
  ]) {
    assert.deepEqual(read(-32000, message), { length: 10_000, always: false }, message)
  }
})

test('another error is none about the range', () => {
  for (const message of ['header not found', 'internal error', 'method not found']) {
    assert.equal(read(-32000, message), null, message)
  }
})
