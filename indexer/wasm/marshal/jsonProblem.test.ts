import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonProblem } from './jsonProblem.ts'

test('tells of broken JSON in the words and places of serde_json', () => {
  const broken: Readonly<Record<string, string>> = {
    '': 'EOF while parsing a value at line 1 column 0',
    '{"a":': 'EOF while parsing a value at line 1 column 5',
    '{': 'EOF while parsing an object at line 1 column 1',
    '{"a"': 'EOF while parsing an object at line 1 column 4',
    '[1\n,\n2': 'EOF while parsing a list at line 3 column 1',
    '[1,': 'EOF while parsing a value at line 1 column 3',
    '"ab': 'EOF while parsing a string at line 1 column 3',
    '"\\u12': 'EOF while parsing a string at line 1 column 5',
    tru: 'EOF while parsing a value at line 1 column 3',
    trux: 'expected ident at line 1 column 4',
    '[1 2]': 'expected `,` or `]` at line 1 column 4',
    '{"a":1 "b"}': 'expected `,` or `}` at line 1 column 8',
    '{"a" 1}': 'expected `:` at line 1 column 6',
    '{1:2}': 'key must be a string at line 1 column 2',
    '[1,]': 'trailing comma at line 1 column 4',
    '{"a":1,}': 'trailing comma at line 1 column 8',
    '\n1 x': 'trailing characters at line 2 column 3',
    '01': 'invalid number at line 1 column 2',
    '-x': 'invalid number at line 1 column 2',
    '1.': 'EOF while parsing a value at line 1 column 2',
    '1.e': 'invalid number at line 1 column 3',
    '1e': 'EOF while parsing a value at line 1 column 2',
    '+1': 'expected value at line 1 column 1',
    '"\\x"': 'invalid escape at line 1 column 3',
    '"\\ud800"': 'unexpected end of hex escape at line 1 column 8',
    '"\\udc00"': 'lone leading surrogate in hex escape at line 1 column 7',
    '"a\tb"': 'control character (\\u0000-\\u001F) found while parsing a string at line 1 column 3',
    ['['.repeat(128)]: 'recursion limit exceeded at line 1 column 128',
  }
  for (const [text, problem] of Object.entries(broken)) {
    assert.equal(jsonProblem(Buffer.from(text)), problem, text)
  }
  assert.equal(
    jsonProblem(Uint8Array.from([0x22, 0xff, 0x22])),
    'invalid unicode code point at line 1 column 3',
  )
})

test('has nothing against JSON', () => {
  const text = ' {"a": [1, -0.5e+3, 2E7, null, true, "\\ud83d\\ude00 \\n é"], "b": {}, "c": []}\n'
  assert.equal(jsonProblem(Buffer.from(text)), null)
  assert.equal(jsonProblem(Buffer.from('['.repeat(127) + ']'.repeat(127))), null)
})
