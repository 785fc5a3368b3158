import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseBlock, parseLog, parseReceipt } from './parseChain.ts'

const HASH = `0x${'ab'.repeat(32)}`
const BLOCK = {
  number: '0x10',
  hash: HASH,
  parentHash: `0x${'cd'.repeat(32)}`,
  timestamp: '0x5',
  baseFeePerGas: '0x7',
  transactions: [],
}

function transactionOf(fields: object) {
  const raw = { hash: '0x01', from: '0xAA', to: '0xBB', blockHash: HASH, ...fields }
  const [transaction] = parseBlock({ ...BLOCK, transactions: [raw] }).transactions.values()
  return transaction
}

test('a deposit of the OP stack pays nothing, and needs no nonce', () => {
  const deposit = transactionOf({
    type: '0x7e',
    sourceHash: HASH,
    mint: '0x9',
    isSystemTx: false,
    value: '0x3',
    gas: '0x64',
    input: '0xFEED',
    transactionIndex: '0x0',
  })
  assert.deepEqual(deposit, {
    hash: '0x01',
    index: 0,
    from: '0xaa',
    to: '0xbb',
    value: 3n,
    gasLimit: 100n,
    gasPrice: 0n,
    input: '0xfeed',
    nonce: 0n,
  })
})

test('what a transaction paid is its bid, its cap, or what the node says of a type of its own', () => {
  const fees = { maxFeePerGas: '0x64', maxPriorityFeePerGas: '0x2', gasPrice: '0x50' }
  assert.equal(transactionOf({ type: '0x0', gasPrice: '0x8' }).gasPrice, 8n)
  assert.equal(transactionOf({ type: '0x2', ...fees }).gasPrice, 9n)
  assert.equal(transactionOf({ type: '0x2', ...fees, maxFeePerGas: '0x8' }).gasPrice, 8n)
  assert.equal(transactionOf({ type: '0x4', ...fees }).gasPrice, 9n)
  assert.equal(transactionOf({ type: '0x7b', ...fees }).gasPrice, 0x50n)
  assert.equal(transactionOf({ type: '0x71' }).gasPrice, 0n)
})

test('a block may lack what its chain does not have, but not its place', () => {
  const block = parseBlock(BLOCK)
  assert.deepEqual([block.number, block.gasLimit, block.totalDifficulty], [16, 0n, 0n])
  for (const field of ['number', 'hash', 'parentHash', 'timestamp']) {
    assert.throws(() => parseBlock({ ...BLOCK, [field]: null }), {
      name: 'ContradictionError',
      message: `a block is given without its \`${field}\``,
    })
  }
})

test('what belongs to another block, or to none, is refused', () => {
  assert.throws(() => transactionOf({ blockHash: '0x99' }), /holds transaction 0x01 of 0x99/)
  const log = {
    address: '0x1',
    topics: [],
    data: '0x',
    blockHash: HASH,
    blockNumber: '0x10',
    transactionHash: '0x01',
    transactionIndex: '0x0',
    logIndex: '0x0',
  }
  assert.equal(parseLog(log).blockNumber, 16)
  assert.throws(() => parseLog({ ...log, blockHash: null }), /without its `blockHash`/)
  assert.throws(() => parseLog({ ...log, removed: true }), /given as taken back/)
  assert.throws(() => parseReceipt({ ...log, logs: undefined }), /without its logs/)
})
