import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import {
  canonicalRecord,
  MAX_RECORD_BYTES,
  RecordError,
  type RecordInput,
} from './canonicalRecord.ts'
import { readRecord } from './readRecord.ts'
import { recordText } from './recordText.ts'

const shared = { lang: 'en', licence: 'MIT', source: { package: 'ms', version: '2.1.3' } }
const qa: RecordInput = {
  kind: 'qa',
  body: { question: 'What is ms?', answer: 'Time.' },
  ...shared,
}

test('the canonical form and its name, by hand', () => {
  const { bytes, recordId } = canonicalRecord(qa)
  const text =
    '{"body":{"answer":"Time.","question":"What is ms?"},"kind":"qa","lang":"en","licence":"MIT","source":{"package":"ms","version":"2.1.3"},"v":1}'
  assert.equal(new TextDecoder().decode(bytes), text)
  assert.equal(recordId, `0x${createHash('sha256').update(text).digest('hex')}`)
})

test('the same text in other encodings is the same record', () => {
  const one = canonicalRecord({ kind: 'text', body: 'caf\u00e9\nbar', ...shared })
  const other = canonicalRecord({ kind: 'text', body: 'cafe\u0301\r\nbar', ...shared })
  assert.equal(one.recordId, other.recordId)
})

test('every kind is read back as it was written, and has a text', () => {
  const ref = `0x${'ab'.repeat(32)}`
  const inputs: [RecordInput, string][] = [
    [{ kind: 'text', body: 'a body', ...shared }, 'a body'],
    [qa, 'What is ms?\nTime.'],
    [{ kind: 'correction', body: { prompt: 'p', wrong: 'w', right: 'r' }, ref, ...shared }, 'p\nr'],
    [{ kind: 'preference', body: { prompt: 'p', chosen: 'c', rejected: 'x' }, ...shared }, 'p\nc'],
  ]
  for (const [input, text] of inputs) {
    const { record, bytes, recordId } = canonicalRecord(input)
    assert.deepEqual(readRecord(bytes, recordId), record)
    assert.equal(recordText(record), text)
  }
})

test('what cannot be a record is refused with the reason', () => {
  const cases: [unknown, string][] = [
    [{ kind: 'text', body: 'x'.repeat(MAX_RECORD_BYTES), ...shared }, 'record_oversized'],
    [{ kind: 'text', body: 'lone \ud800', ...shared }, 'record_encoding'],
    [{ kind: 'text', body: ' \n', ...shared }, 'record_form'],
    [{ kind: 'image', body: 'x', ...shared }, 'record_form'],
    [{ ...qa, body: { question: 'q' } }, 'record_form'],
    [{ ...qa, body: { question: 'q', answer: 'a', more: 'm' } }, 'record_form'],
    [{ ...qa, lang: 'english language' }, 'record_form'],
    [{ ...qa, licence: '' }, 'record_form'],
    [{ ...qa, source: {} }, 'record_form'],
    [{ ...qa, source: { homepage: 'x' } }, 'record_form'],
    [{ ...qa, ref: '0x12' }, 'record_form'],
    [null, 'record_form'],
  ]
  for (const [input, code] of cases) {
    assert.throws(
      () => canonicalRecord(input as RecordInput),
      (error) => error instanceof RecordError && error.code === code,
      JSON.stringify(input)?.slice(0, 80),
    )
  }
})

test('only canonical bytes are read', () => {
  const { bytes } = canonicalRecord(qa)
  const text = new TextDecoder().decode(bytes)
  const cases: [string | Uint8Array, string][] = [
    [`${text}\n`, 'record_canonical'],
    [text.replace('"v":1', '"v":1,"w":2'), 'record_canonical'],
    [text.replace('"v":1', '"v":2'), 'record_version'],
    [text.replace('Time.', 'Time\\r\\n.'), 'record_canonical'],
    ['not json', 'record_encoding'],
    [new Uint8Array([0x22, 0xff, 0x22]), 'record_encoding'],
  ]
  for (const [input, code] of cases) {
    const given = typeof input === 'string' ? new TextEncoder().encode(input) : input
    assert.throws(
      () => readRecord(given),
      (error) => error instanceof RecordError && error.code === code,
      code,
    )
  }
  assert.throws(
    () => readRecord(bytes, `0x${'00'.repeat(32)}`),
    (error) => error instanceof RecordError && error.code === 'record_hash',
  )
})
