import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomNumbers } from '@tributary/protocol/testing/randomNumbers'
import { Clusters } from './clusters.ts'
import { words } from './wordHashes.ts'

const random = randomNumbers(21)
const VOCABULARY = Array.from({ length: 5000 }, (_, at) => `w${at.toString(36)}`)
const text = (length: number) => Array.from({ length }, () => random.pick(VOCABULARY))

/** By the definition, with no hashes, bands or windows. */
function belongTogether(one: string[], other: string[]): boolean {
  if (one.join(' ') === other.join(' ')) return true
  const set = (list: string[]) =>
    new Set(
      list.length < 5
        ? [list.join(' ')]
        : list.slice(4).map((_, at) => list.slice(at, at + 5).join(' ')),
    )
  const [a, b] = [set(one), set(other)]
  const shared = [...a].filter((shingle) => b.has(shingle)).length
  if (shared / (a.size + b.size - shared) >= 0.8) return true
  const [short, long] = one.length <= other.length ? [one, other] : [other, one]
  const runs = ` ${long.join(' ')} `
  const covered = new Set<number>()
  for (let at = 0; at + 50 <= short.length; at++) {
    if (!runs.includes(` ${short.slice(at, at + 50).join(' ')} `)) continue
    for (let word = at; word < at + 50; word++) covered.add(word)
  }
  return covered.size >= 0.8 * short.length
}

/** A changed copy: some words replaced, cut, or set among others. */
function variant(original: string[]): string[] {
  const copy = [...original]
  for (let edit = random.below(1 + copy.length / 12); edit > 0; edit--) {
    copy[random.below(copy.length)] = random.pick(VOCABULARY)
  }
  const cut = random.below(4) === 0 ? copy.slice(random.below(copy.length / 2)) : copy
  return random.below(3) === 0 ? [...text(random.below(120)), ...cut, ...text(20)] : cut
}

test('joins what the definition joins, in whatever order records come', () => {
  for (let round = 0; round < 12; round++) {
    const texts: string[][] = []
    for (let source = 0; source < 6; source++) {
      const original = text(3 + random.below(180))
      texts.push(original, ...Array.from({ length: 4 }, () => variant(original)))
    }
    const expected = new Clusters()
    for (const [one] of texts.entries()) {
      expected.join(BigInt(one + 1), BigInt(one + 1))
      for (let other = 0; other < one; other++) {
        if (belongTogether(texts[one], texts[other])) {
          expected.join(BigInt(one + 1), BigInt(other + 1))
        }
      }
    }
    const order = [...texts.keys()].sort(() => random.below(3) - 1)
    const found = new Clusters()
    for (const at of order) found.add(BigInt(at + 1), texts[at].join(' '))
    for (const at of texts.keys()) {
      const recordNo = BigInt(at + 1)
      assert.equal(found.clusterOf(recordNo), expected.clusterOf(recordNo))
    }
  }
})

test('spelling, case, form and punctuation make no difference; other words do', () => {
  const clusters = new Clusters()
  clusters.add(5n, 'The ﬁrst Café — opened!')
  clusters.add(9n, 'the first CAFE\u0301 opened')
  clusters.add(3n, 'THE FIRST CAFÉ, OPENED.')
  clusters.add(4n, 'the second café opened')
  assert.deepEqual(
    [9n, 5n, 3n].map((no) => clusters.clusterOf(no)),
    [3n, 3n, 3n],
  )
  assert.equal(clusters.clusterOf(4n), 4n)
})

test('texts without words are the same only if they are equal', () => {
  const clusters = new Clusters()
  clusters.add(1n, '???')
  clusters.add(2n, '!!!')
  clusters.add(3n, '???')
  assert.deepEqual([clusters.clusterOf(2n), clusters.clusterOf(3n)], [2n, 1n])
})

test('an earlier cluster joined later takes the name of the earliest record', () => {
  const original = text(60)
  const clusters = new Clusters()
  clusters.add(7n, original.join(' '))
  clusters.add(8n, original.join(' '))
  assert.equal(clusters.clusterOf(8n), 7n)
  clusters.add(2n, [...original, 'one', 'more'].join(' '))
  assert.deepEqual([clusters.clusterOf(7n), clusters.clusterOf(8n)], [2n, 2n])
})

test('a page that quotes a short record whole belongs to it; a shared licence joins nothing', () => {
  const [short, licence] = [text(55), text(160)]
  const clusters = new Clusters()
  clusters.add(1n, short.join(' '))
  clusters.add(2n, [...text(400), ...short, ...text(400)].join(' '))
  clusters.add(3n, [...text(300), ...licence].join(' '))
  clusters.add(4n, [...text(300), ...licence].join(' '))
  assert.deepEqual(
    [2n, 3n, 4n].map((no) => clusters.clusterOf(no)),
    [1n, 3n, 4n],
  )
})

test('words of scripts without spaces are their characters', () => {
  assert.deepEqual(words('東京へ go 2x'), ['東', '京', 'へ', 'go', '2x'])
  assert.deepEqual(words('naïve १२ don’t'), ['naïve', '१२', 'don', 't'])
})
