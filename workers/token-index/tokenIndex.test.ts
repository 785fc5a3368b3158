import assert from 'node:assert/strict'
import { test } from 'node:test'
import { log2Fixed } from '@tributary/protocol/attribution/log2Fixed'
import type { RandomNumbers } from '@tributary/protocol/testing/randomNumbers'
import { randomNumbers } from '@tributary/protocol/testing/randomNumbers'
import type { TokenDocument } from './buildSegment.ts'
import { buildSegment } from './buildSegment.ts'
import { decodeSegment } from './decodeSegment.ts'
import { encodeSegment } from './encodeSegment.ts'
import { SegmentError } from './errors.ts'
import { longestMatches, MAX_SPAN_TOKENS } from './longestMatches.ts'
import { createTokenIndex } from './tokenIndex.ts'
import { traceSpans } from './traceSpans.ts'

const INDEX = { datanetId: 1n, tokenizerHash: `0x${'ab'.repeat(32)}` }

function holds(document: TokenDocument, run: number[]): boolean {
  const tokens = Array.from(document.tokens)
  return tokens.some((_, at) => run.every((token, step) => tokens[at + step] === token))
}

/** What the index must say, by trying every run in every document. */
function oracle(documents: TokenDocument[], answer: number[]) {
  const total = documents.reduce((sum, { tokens }) => sum + tokens.length, 0)
  const lengths = answer.map((_, start) => {
    let len = 0
    while (
      start + len < answer.length &&
      len < MAX_SPAN_TOKENS &&
      documents.some((document) => holds(document, answer.slice(start, start + len + 1)))
    ) {
      len += 1
    }
    return len
  })
  const count = (token: number) =>
    documents.flatMap(({ tokens }) => Array.from(tokens)).filter((other) => other === token).length
  const contained = (start: number) =>
    lengths.some((len, other) => other < start && other + len >= start + lengths[start])
  const spans = lengths
    .map((len, start) => ({ start, len }))
    .filter(({ start, len }) => len > 0 && !contained(start))
    .map(({ start, len }) => {
      const run = answer.slice(start, start + len)
      const bits = run.reduce(
        (sum, token) => sum + log2Fixed(total) - log2Fixed(count(token)),
        -log2Fixed(total),
      )
      const records = documents
        .filter((document) => holds(document, run))
        .map(({ recordNo }) => recordNo)
        .sort((a, b) => Number(a - b))
      return { start, len, bits, records }
    })
    .filter(({ bits }) => bits > 0)
  return { lengths, spans }
}

/** Documents and an answer that share runs, over the whole range of token ids given. */
function sample(random: RandomNumbers, ids: number[]) {
  const run = () => Array.from({ length: 1 + random.below(6) }, () => random.pick(ids))
  const phrases = Array.from({ length: 6 }, run)
  const text = (pieces: number) =>
    Array.from({ length: pieces }, () =>
      random.below(3) === 0 ? run() : random.pick(phrases),
    ).flat()
  const documents = Array.from({ length: 1 + random.below(8) }, (_, at) => ({
    recordNo: BigInt(1 + at * 2),
    tokens: text(random.below(6)),
  }))
  return { documents, answer: text(1 + random.below(5)) }
}

const ALPHABETS = {
  'few tokens, 16 bits': [0, 1, 2, 3],
  'the edges of 16 bits': [0, 1, 65_533, 65_534],
  'beyond 16 bits': [0, 65_534, 65_535, 65_536, 200_000],
  'the edge of 32 bits': [0, 5, 4_294_967_294],
}

for (const [name, ids] of Object.entries(ALPHABETS)) {
  test(`agrees with trying every run: ${name}`, () => {
    const random = randomNumbers(11)
    for (let round = 0; round < 250; round++) {
      const { documents, answer } = sample(random, ids)
      const expected = oracle(documents, answer)
      const segment = buildSegment(INDEX, documents)
      assert.deepEqual([...longestMatches(segment, answer)], expected.lengths)
      const spans = traceSpans(
        createTokenIndex([segment], () => true),
        answer,
        (no) => no,
      )
      assert.deepEqual(
        spans.map(({ start, len, bits, clusters }) => ({
          start,
          len,
          bits,
          records: clusters.map(({ recordNo }) => recordNo),
        })),
        expected.spans,
      )
    }
  })
}

test('the answer depends on the candidates alone, not on how segments were cut', () => {
  const random = randomNumbers(12)
  for (let round = 0; round < 300; round++) {
    const { documents, answer } = sample(random, [0, 1, 2, 3, 4])
    const candidates = documents.filter(() => random.below(4) > 0)
    const isCandidate = (recordNo: bigint) =>
      candidates.some((document) => document.recordNo === recordNo)
    const groups = new Map<number, TokenDocument[]>()
    for (const document of documents) {
      const group = random.below(3)
      groups.set(group, [...(groups.get(group) ?? []), document])
    }
    const segments = [...groups.values()].map((group) => buildSegment(INDEX, group))
    const clusterOf = (recordNo: bigint) => recordNo - (recordNo % 4n) + 1n
    const cut = traceSpans(createTokenIndex(segments, isCandidate), answer, clusterOf)
    const whole = candidates.length === 0 ? [] : [buildSegment(INDEX, candidates)]
    assert.deepEqual(
      cut,
      traceSpans(
        createTokenIndex(whole, () => true),
        answer,
        clusterOf,
      ),
    )
    const expected = oracle(candidates, answer).spans
    assert.deepEqual(
      cut.map(({ start, len, bits, df }) => ({ start, len, bits, df })),
      expected.map(({ start, len, bits, records }) => ({
        start,
        len,
        bits,
        df: new Set(records.map(clusterOf)).size,
      })),
    )
  }
})

test('finds a run that sorts before and after all others, and one that ends the text', () => {
  const documents = [
    { recordNo: 1n, tokens: [5, 6, 7] },
    { recordNo: 2n, tokens: [0, 0, 9] },
  ]
  const segment = buildSegment(INDEX, documents)
  assert.deepEqual([...longestMatches(segment, [0, 0, 9])], [3, 2, 1])
  assert.deepEqual([...longestMatches(segment, [0, 0, 0])], [2, 2, 1])
  assert.deepEqual([...longestMatches(segment, [9, 9, 4])], [1, 1, 0])
  assert.deepEqual([...longestMatches(segment, [5, 6, 7, 0, 0])], [3, 2, 1, 2, 1])
})

test('a span never reaches over the end of a document', () => {
  const segment = buildSegment(INDEX, [
    { recordNo: 1n, tokens: [1, 2] },
    { recordNo: 2n, tokens: [3, 4] },
  ])
  assert.deepEqual([...longestMatches(segment, [1, 2, 3, 4])], [2, 1, 2, 1])
})

test('a span is at most 256 tokens', () => {
  const tokens = Array.from({ length: 400 }, (_, at) => at)
  const lengths = longestMatches(buildSegment(INDEX, [{ recordNo: 1n, tokens }]), tokens)
  assert.equal(lengths[0], 256)
  assert.equal(lengths[399], 1)
})

test('the stored form is stable, comes back the same, and shows any damage', () => {
  const random = randomNumbers(13)
  for (const ids of Object.values(ALPHABETS)) {
    const { documents, answer } = sample(random, ids)
    const segment = buildSegment(INDEX, documents)
    const { bytes, manifest } = encodeSegment(segment)
    assert.deepEqual(encodeSegment(buildSegment(INDEX, [...documents].reverse())).bytes, bytes)
    const shifted = new Uint8Array(bytes.length + 3)
    shifted.set(bytes, 3)
    const read = decodeSegment(shifted.subarray(3))
    assert.deepEqual(read, segment)
    assert.deepEqual(longestMatches(read, answer), longestMatches(segment, answer))
    assert.equal(manifest.documents, documents.length)

    const flipped = Uint8Array.from(bytes)
    const recordNosAt = bytes.length - 8 * documents.length
    flipped[recordNosAt + random.below(8 * documents.length)] ^= 1
    assert.throws(() => decodeSegment(flipped), SegmentError)
    assert.throws(() => decodeSegment(bytes.subarray(0, bytes.length - 8)), SegmentError)
    assert.throws(() => decodeSegment(bytes.subarray(0, 40)), SegmentError)
    assert.throws(() => decodeSegment(bytes.subarray(0, 5)), SegmentError)
  }
})

test('refuses what cannot be indexed', () => {
  const build = (documents: TokenDocument[]) => () => buildSegment(INDEX, documents)
  assert.throws(build([]), SegmentError)
  assert.throws(build([{ recordNo: 1n, tokens: [-1] }]), SegmentError)
  assert.throws(build([{ recordNo: 1n, tokens: [1.5] }]), SegmentError)
  assert.throws(build([{ recordNo: 1n, tokens: [2 ** 32] }]), SegmentError)
  assert.throws(
    build([
      { recordNo: 1n, tokens: [1] },
      { recordNo: 1n, tokens: [2] },
    ]),
    SegmentError,
  )
})
