import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BigDecimal } from '../values/bigDecimal.ts'
import { bytesToHex } from '../values/hex.ts'
import { type EntityData, Int8, type StoreValue, Timestamp } from '../values/storeValue.ts'
import { EventStream } from './eventStream.ts'
import type { ProofEvent } from './proofEvent.ts'
import { causalityRegion, proofOfIndexing } from './proofOfIndexing.ts'

type Blocks = readonly (readonly ProofEvent[])[]

function set(type: string, data: Record<string, StoreValue>): ProofEvent {
  return { kind: 'set', type, id: 'id', data: new Map(Object.entries(data)) as EntityData }
}

/** The state that a region has after its blocks, of which the first is number 0. */
function digestOf(blocks: Blocks): Uint8Array | null {
  let digest: Uint8Array | null = null
  for (const [number, events] of blocks.entries()) {
    if (events.length === 0) continue
    const stream = new EventStream(number)
    stream.write(events)
    digest = stream.finish(digest)
  }
  return digest
}

function proof(
  deployment: string,
  block: { number: number; hash: string },
  indexer: number | null,
  regions: Record<string, Blocks>,
): string {
  const digests = new Map<string, Uint8Array>()
  for (const [name, blocks] of Object.entries(regions)) {
    const digest = digestOf(blocks)
    if (digest !== null) digests.set(name, digest)
  }
  const address = indexer === null ? null : new Uint8Array(20).fill(indexer)
  return bytesToHex(proofOfIndexing(deployment, block, address, digests)).slice(2)
}

function block(number: number, byte: string) {
  return { number, hash: `0x${byte.repeat(32)}` }
}

const DATA = { id: 'id', val: 1 }
const EMPTY = { id: 'id' }
const WITH_NULL = { id: 'id', key: 's', null: null }

test('gives the proofs that graph-node’s own tests expect', () => {
  assert.equal(
    proof('test', block(0, '01'), null, {}),
    'dced49c45eac68e8b3d8f857928e7be6c270f2db8b56b0d7f27ce725100bae01',
  )
  assert.equal(
    proof('test', block(1, '01'), 1, { eth: [[], [set('t', EMPTY)]] }),
    '8bb3373fb55e02bde3202bac0eeecf1bd9a676856a4dd6667bd809aceda41885',
  )
  assert.equal(
    proof('b', block(4, '03'), 1, {
      eth: [[], [set('type', DATA)], [], [set('type', EMPTY)], []],
    }),
    '8b0097ad96b21f7e4bd8dcc41985e6e5506b808f1185016ab1073dd8745238ce',
  )
  assert.equal(
    proof('b', block(4, '03'), 1, {
      eth: [[], [set('type', WITH_NULL)], [], [{ kind: 'remove', type: 'type', id: 'id' }], []],
      ipfs: [[], [set('type', DATA)], [], [set('type', DATA)], []],
    }),
    '2041af28678e68406247a5cfb5fe336947da75256c79b35c2f61fc7985091c0e',
  )
  assert.equal(
    proof('test', block(1, '01'), 4, { eth: [[], [set('type', DATA)]] }),
    '421ef30a03be64014b9eef2b999795dcabfc601368040df855635e7886eb3822',
  )
})

test('the order of fields does not count, their values and types do', () => {
  const of = (data: Record<string, StoreValue>) =>
    proof('test', block(1, '01'), null, { eth: [[], [set('t', data)]] })
  const many = {
    text: 'ü'.repeat(40),
    int: -7,
    decimal: new BigDecimal(-15n, -1),
    flag: true,
    list: ['a', null, ['b', 1n]],
    bytes: new Uint8Array(300).fill(9),
    big: -(2n ** 200n),
    eight: new Int8(-1n),
    time: new Timestamp(1_700_000_000_000_001n),
  } as Record<string, StoreValue>
  const backwards = Object.fromEntries(Object.entries(many).reverse())
  assert.equal(of(many), of(backwards))
  const seen = new Set([of(many)])
  for (const name of Object.keys(many)) seen.add(of({ ...many, [name]: 'other' }))
  for (const one of [1, 1n, new Int8(1n), new Timestamp(1n), '1', true, new BigDecimal(1n, 0)]) {
    seen.add(of({ one }))
  }
  for (const one of [null, 0n, -1n, 256n, 2n ** 64n, [], [null], [[]]]) seen.add(of({ one }))
  seen.add(of({}))
  assert.equal(seen.size, 1 + 9 + 7 + 8 + 1)
})

test('a failure counts the writes that went with it', () => {
  const after = (inSecond: number) => {
    const stream = new EventStream(1)
    stream.startTrigger()
    stream.write(Array(3 - inSecond).fill(set('t', EMPTY)))
    stream.startTrigger()
    stream.write(Array(inSecond).fill(set('t', EMPTY)))
    stream.fail()
    return bytesToHex(stream.finish(null))
  }
  assert.notEqual(after(1), after(2))
})

test('texts and bytes of any size are hashed as a whole', () => {
  const of = (data: Record<string, StoreValue>) =>
    proof('test', block(1, '01'), null, { eth: [[], [set('t', data)]] })
  const long = 'long '.repeat(200_000)
  assert.notEqual(of({ long }), of({ long: `${long.slice(0, -1)}!` }))
  assert.equal(of({ long }), of({ long }))
  assert.equal(causalityRegion('optimism'), 'ethereum/optimism')
})
