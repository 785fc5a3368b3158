import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LogsBloom } from './logsBloom.ts'

const ADDRESS = '0x22341ae42d6dd7384bc8584e50419ea3ac75b83f'
const TOPIC = '0x04491edcd115127caedbd478e2e7895ed80c7847e903431f94f9cfa579cad47f'

test('an address and a topic set the three bits each that the Yellow Paper names', () => {
  const bloom = LogsBloom.of([{ address: ADDRESS, topics: [TOPIC] }])
  assert.equal(bloom.size, 6)
  assert.ok(bloom.mayHave(ADDRESS) && bloom.mayHave(TOPIC))
  assert.ok(!bloom.mayHave('0xe7fb22dfef11920312e4989a3a2b81e2ebf05986'))
  // Pairs of the first bytes of each item's Keccak-256, modulo 2,048, from the filter's end on.
  const filter = BigInt(bloom.hex)
  for (const bit of [340n, 702n, 202n, 1975n, 1169n, 1968n]) assert.equal((filter >> bit) & 1n, 1n)
  const read = LogsBloom.read(bloom.hex)
  assert.equal(read?.hex, bloom.hex)
  assert.equal(read?.beyond(bloom), 0)
})

test('what one filter has beyond another is counted', () => {
  const one = LogsBloom.of([{ address: ADDRESS, topics: [] }])
  const both = LogsBloom.of([{ address: ADDRESS, topics: [TOPIC] }])
  assert.deepEqual([both.beyond(one), one.beyond(both)], [3, 0])
})

test('a filter without a bit is none, and one of all bits proves nothing', () => {
  assert.equal(LogsBloom.read(`0x${'0'.repeat(512)}`), null)
  assert.equal(LogsBloom.read(null), null)
  assert.equal(LogsBloom.read(`0x${'f'.repeat(512)}`)?.isFull, true)
})
