import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PublicSegmentError, readPublicSegment } from './publicSegment.ts'

/** A segment of two records, laid out byte by byte. */
function segmentBlob(width: 16 | 32): Uint8Array {
  const text = [6, 7, 0, 8, 0]
  const parts: [string, Uint8Array][] = [
    ['text', new Uint8Array((width === 16 ? Uint16Array : Uint32Array).from(text).buffer)],
    ['suffixes', new Uint8Array(20)],
    ['symbols', new Uint8Array(16)],
    ['buckets', new Uint8Array(20)],
    ['offsets', new Uint8Array(Uint32Array.from([0, 3, 5]).buffer)],
    ['recordNos', new Uint8Array(BigUint64Array.from([4n, 9n]).buffer)],
  ]
  const manifest = new TextEncoder().encode(
    JSON.stringify({
      v: 1,
      datanetId: '3',
      tokenizerHash: '0xab',
      width,
      parts: Object.fromEntries(parts.map(([name, { length }]) => [name, { bytes: length }])),
    }),
  )
  const bytes: number[] = [...new TextEncoder().encode('TRBSEG1\n')]
  bytes.push(manifest.length & 0xff, manifest.length >> 8, 0, 0, ...manifest)
  for (const [, part] of parts) {
    while (bytes.length % 8 !== 0) bytes.push(0)
    bytes.push(...part)
  }
  return Uint8Array.from(bytes)
}

test('reads the tokens of each record, narrow and wide', () => {
  for (const width of [16, 32] as const) {
    const { datanetId, tokenizerHash, records } = readPublicSegment(segmentBlob(width))
    assert.equal(datanetId, 3n)
    assert.equal(tokenizerHash, '0xab')
    assert.deepEqual(
      [...records].map(([no, tokens]) => [no, [...tokens]]),
      [
        [4n, [5, 6]],
        [9n, [7]],
      ],
    )
  }
})

test('refuses what is cut off or something else', () => {
  const blob = segmentBlob(16)
  for (const wrong of [
    new Uint8Array(),
    blob.subarray(0, 40),
    blob.subarray(0, -8),
    blob.map((byte) => byte ^ 1),
  ]) {
    assert.throws(() => readPublicSegment(wrong), PublicSegmentError)
  }
})
