import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byteLevelBpe, TokenizerError } from './byteLevelBpe.ts'

const pieces = [
  'h',
  'e',
  'l',
  'o',
  'Ġ',
  '1',
  '2',
  'Ã',
  '©',
  'Ċ',
  'he',
  'll',
  'hell',
  'hello',
  'Ġhello',
  'Ã©',
  '12',
]
const vocab = Object.fromEntries(pieces.map((piece, id) => [piece, id]))
const file = {
  added_tokens: [{ id: 99, content: '<|end|>' }],
  normalizer: null,
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, use_regex: true },
  model: {
    type: 'BPE',
    vocab,
    merges: ['h e', 'l l', 'he ll', 'hell o', 'Ġ hello', ['Ã', '©'], '1 2'],
  },
}
const digits = {
  type: 'Sequence',
  pretokenizers: [{ type: 'Digits', individual_digits: true }, { ...file.pre_tokenizer }],
}

test('bytes become letters, letters merge by rank, words do not', () => {
  const encode = byteLevelBpe(JSON.stringify(file))
  assert.deepEqual(encode('hello hello'), [13, 14])
  assert.deepEqual(encode('helo'), [10, 2, 3])
  assert.deepEqual(encode('é\n'), [15, 9])
  assert.deepEqual(encode('12'), [16])
  assert.deepEqual(encode(''), [])
})

test('added tokens stand for themselves', () => {
  assert.deepEqual(byteLevelBpe(JSON.stringify(file))('hello<|end|> hello'), [13, 99, 14])
})

test('digits may stand alone, splits may follow a pattern, texts may be normalized', () => {
  assert.deepEqual(byteLevelBpe(JSON.stringify({ ...file, pre_tokenizer: digits }))('12'), [5, 6])
  const split = {
    type: 'Sequence',
    pretokenizers: [
      { type: 'Split', pattern: { Regex: '(?i:HE)' }, behavior: 'Isolated', invert: false },
      { type: 'ByteLevel', add_prefix_space: false, use_regex: false },
    ],
  }
  assert.deepEqual(
    byteLevelBpe(JSON.stringify({ ...file, pre_tokenizer: split }))('hello'),
    [10, 11, 3],
  )
  const nfc = { ...file, normalizer: { type: 'NFC' } }
  assert.deepEqual(byteLevelBpe(JSON.stringify(nfc))('e\u0301'), [15])
})

test('other kinds of tokenizers are refused by name', () => {
  for (const change of [
    { model: { type: 'Unigram', vocab: {}, merges: undefined } },
    { normalizer: { type: 'Lowercase' } },
    { pre_tokenizer: { type: 'Metaspace' } },
    { pre_tokenizer: { ...file.pre_tokenizer, add_prefix_space: true } },
    { pre_tokenizer: { type: 'Split', pattern: { String: ' ' }, behavior: 'Removed' } },
  ]) {
    assert.throws(() => byteLevelBpe(JSON.stringify({ ...file, ...change })), TokenizerError)
  }
  assert.throws(() => byteLevelBpe(JSON.stringify(file))('x'), TokenizerError)
})
