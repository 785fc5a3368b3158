import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomNumbers } from '@tributary/protocol/testing/randomNumbers'
import { suffixArray } from './suffixArray.ts'

function naive(text: Int32Array): number[] {
  return Array.from(text.keys()).sort((a, b) => {
    for (let step = 0; ; step++) {
      if (a + step === text.length) return -1
      if (b + step === text.length) return 1
      if (text[a + step] !== text[b + step]) return text[a + step] - text[b + step]
    }
  })
}

test('sorts texts of the shapes that break suffix sorters', () => {
  const shapes = ['', '0', '00000', '01', '10', '010101', '101010', '210210210', '0123', '3210']
  for (const shape of [...shapes, '1100110011', '00100100', '120120012', '1202012020120']) {
    const text = Int32Array.from(shape, Number)
    assert.deepEqual([...suffixArray(text, 4)], naive(text), shape)
  }
})

test('agrees with comparison sorting on random texts of every small alphabet', () => {
  const random = randomNumbers(7)
  for (let round = 0; round < 3000; round++) {
    const alphabet = 1 + random.below(6)
    const text = new Int32Array(random.below(60)).map(() => random.below(alphabet))
    assert.deepEqual([...suffixArray(text, alphabet)], naive(text), text.join(','))
  }
})

test('agrees on a long repetitive text, where the recursion goes deep', () => {
  const random = randomNumbers(8)
  const phrase = Array.from({ length: 37 }, () => random.below(3))
  const text = Int32Array.from({ length: 2000 }, (_, at) =>
    random.below(40) === 0 ? random.below(3) : phrase[at % phrase.length],
  )
  assert.deepEqual([...suffixArray(text, 3)], naive(text))
})
