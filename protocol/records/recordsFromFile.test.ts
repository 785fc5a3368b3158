import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalRecord, MAX_RECORD_BYTES, RecordError } from './canonicalRecord.ts'
import { recordsFromFile } from './recordsFromFile.ts'

const file = (name: string, text: string) => ({ name, bytes: new TextEncoder().encode(text) })

test('a text file is one record that knows its path', () => {
  const [record, ...rest] = recordsFromFile(file('guide.md', '# Guide\n'), { licence: 'MIT' })
  assert.equal(rest.length, 0)
  assert.deepEqual(record, {
    kind: 'text',
    body: '# Guide\n',
    lang: 'en',
    licence: 'MIT',
    source: { path: 'guide.md' },
  })
  assert.equal(recordsFromFile(file('a.SOL', 'contract A {}'))[0]?.lang, 'zxx')
})

test('lines and lists give a record each, in short or whole form', () => {
  const lines = [
    '{"question":"q","answer":"a"}',
    '',
    '{"prompt":"p","wrong":"w","right":"r"}',
    '{"prompt":"p","chosen":"c","rejected":"x","licence":"CC0-1.0"}',
    '{"text":"t"}',
    '{"v":1,"kind":"text","body":"whole","source":{"url":"https://example.org"}}',
  ]
  const records = recordsFromFile(file('facts.jsonl', lines.join('\n')))
  assert.deepEqual(
    records.map(({ kind }) => kind),
    ['qa', 'correction', 'preference', 'text', 'text'],
  )
  assert.equal(records[2]?.licence, 'CC0-1.0')
  assert.deepEqual(records[4]?.source, { url: 'https://example.org' })
  for (const record of records) canonicalRecord(record)
  assert.equal(recordsFromFile(file('one.json', '{"text":"t"}')).length, 1)
  assert.equal(recordsFromFile(file('two.json', '[{"text":"t"},{"text":"u"}]')).length, 2)
})

test('a bad file is refused, naming the file and the line', () => {
  const cases: [string, Uint8Array | string, string, RegExp][] = [
    ['big.txt', 'x'.repeat(MAX_RECORD_BYTES + 1), 'record_oversized', /big\.txt has 1048577 bytes/],
    [
      'latin.txt',
      new Uint8Array([0x63, 0xe9]),
      'record_encoding',
      /latin\.txt is not text in UTF-8/,
    ],
    ['image.png', 'x', 'file_kind', /image\.png/],
    ['bad.jsonl', '{"text":"t"}\n{', 'file_json', /bad\.jsonl, line 2/],
    ['odd.json', '[{"text":"t"},{"name":"x"}]', 'file_record', /odd\.json, item 2/],
    ['list.json', '[3]', 'file_record', /item 1/],
  ]
  for (const [name, content, code, message] of cases) {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
    assert.throws(
      () => recordsFromFile({ name, bytes }),
      (error) => error instanceof RecordError && error.code === code && message.test(error.message),
      name,
    )
  }
})
