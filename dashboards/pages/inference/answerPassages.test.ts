import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerPassages } from './answerPassages.ts'

const shape = (answer: string, spans: { start: number; end: number }[]) =>
  answerPassages(answer, spans).map(({ runs }) =>
    runs.map(({ text, spans }) => `${text}${spans.length > 0 ? `[${spans}]` : ''}`),
  )

test('an answer without spans is one plain passage, an empty answer none', () => {
  assert.deepEqual(shape('abc', []), [['abc']])
  assert.deepEqual(shape('', []), [])
})

test('spans apart are passages of their own, with the plain text between them', () => {
  const spans = [
    { start: 4, end: 6 },
    { start: 0, end: 2 },
  ]
  assert.deepEqual(shape('abcdefgh', spans), [['ab[1]'], ['cd'], ['ef[0]'], ['gh']])
})

test('overlapping spans make one passage of several runs', () => {
  const spans = [
    { start: 0, end: 4 },
    { start: 2, end: 6 },
    { start: 2, end: 4 },
  ]
  assert.deepEqual(shape('abcdefgh', spans), [['ab[0]', 'cd[0,1,2]', 'ef[1]'], ['gh']])
})

test('spans that only touch stay apart', () => {
  const spans = [
    { start: 0, end: 2 },
    { start: 2, end: 4 },
  ]
  assert.deepEqual(shape('abcd', spans), [['ab[0]'], ['cd[1]']])
})

test('spans beyond the answer are cut to it, empty and reversed ones left out', () => {
  const spans = [
    { start: -3, end: 1 },
    { start: 2, end: 99 },
    { start: 1, end: 1 },
    { start: 2, end: 1 },
  ]
  assert.deepEqual(shape('abc', spans), [['a[0]'], ['b'], ['c[1]']])
})

test('no run begins or ends within a surrogate pair', () => {
  assert.deepEqual(shape('a😀b', [{ start: 0, end: 2 }]), [['a[0]'], ['😀b']])
})

test('the passages give the answer back, whatever the spans', () => {
  const answer = 'It parses the options of a command line 😀, and more.'
  for (let seed = 1; seed < 200; seed++) {
    const spans = Array.from({ length: seed % 7 }, (_, i) => ({
      start: (seed * 31 + i * 17) % 60,
      end: (seed * 13 + i * 29) % 60,
    }))
    const passages = answerPassages(answer, spans)
    assert.equal(passages.map(({ text }) => text).join(''), answer)
    for (const { text, runs } of passages) {
      assert.equal(runs.map((run) => run.text).join(''), text)
    }
  }
})
