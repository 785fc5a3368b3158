import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DeterministicError } from '../../errors/hostErrors.ts'
import { parseYaml, type Yaml, YamlMapping, YamlNumber, YamlTagged } from './yaml.ts'

const parse = (text: string): Yaml => parseYaml(Buffer.from(text, 'utf8'))

/** A parsed text in a form that is easily written down. */
function plain(yaml: Yaml): unknown {
  if (yaml instanceof YamlNumber) return { n: yaml.text }
  if (yaml instanceof YamlTagged) return { tag: yaml.tag, of: plain(yaml.value) }
  if (yaml instanceof YamlMapping) return yaml.entries.map((pair) => pair.map(plain))
  return Array.isArray(yaml) ? { list: yaml.map(plain) } : yaml
}

test('plain scalars stand for what they do in YAML 1.2, and not in 1.1', () => {
  for (const [text, value] of [
    ['', null],
    ['~', null],
    ['Null', null],
    ['nUll', 'nUll'],
    ['True', true],
    ['yes', 'yes'],
    ['0', { n: '0' }],
    ['-5', { n: '-5' }],
    ['+5', { n: '5' }],
    ['0x1F', { n: '31' }],
    ['-0b101', { n: '-5' }],
    ['0o17', { n: '15' }],
    ['0777', '0777'],
    ['1_000', '1_000'],
    ['18446744073709551615', { n: '18446744073709551615' }],
    ['1.50', { n: '1.5' }],
    ['2.', { n: '2.0' }],
    ['-.5', { n: '-0.5' }],
    ['1e3', { n: '1000.0' }],
    ['1e16', { n: '1e16' }],
    ['1e15', { n: '1000000000000000.0' }],
    ['12345678901234567e3', { n: '1.2345678901234567e19' }],
    ['0.000001234', { n: '1.234e-6' }],
    ['0.0001234', { n: '0.0001234' }],
    ['-0.0', { n: '-0.0' }],
    ['-.inf', { n: '-.inf' }],
    ['.NaN', { n: '.nan' }],
    ['1e999', '1e999'],
    ['"1"', '1'],
    ["'true'", 'true'],
    ['2001-12-14', '2001-12-14'],
    ['!!str 1', '1'],
    ['!!int "7"', { n: '7' }],
    ['!!float 7', { n: '7.0' }],
    ['!!null ~', null],
  ] as const) {
    assert.deepEqual(plain(parse(text)), value, text)
  }
})

test('lists, mappings with keys of any kind, tags, aliases', () => {
  const text = `
name: one
? [1, x]
: { a: , b: !custom 5 }
tagged: !point { x: 1 }
<<: &same [|
  two lines
  of text
  ]
again: *same
`.replace('[|\n  two lines\n  of text\n  ]', '[text]')
  assert.deepEqual(plain(parse(text)), [
    ['name', 'one'],
    [
      { list: [{ n: '1' }, 'x'] },
      [
        ['a', null],
        ['b', { tag: '!custom', of: { n: '5' } }],
      ],
    ],
    ['tagged', { tag: '!point', of: [['x', { n: '1' }]] }],
    ['<<', { list: ['text'] }],
    ['again', { list: ['text'] }],
  ])
  assert.equal(parse('|\n  two lines\n  of text\n'), 'two lines\nof text\n')
})

test('what serde_yaml refuses is refused', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
  assert.ok(Array.isArray(parse(nested(128))))
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]']
  for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg']) {
    bomb.push(`${to}: &${to} [${Array(10).fill(`*${from}`).join(', ')}]`)
  }
  for (const [text, reason] of [
    ['a: 1\na: 2', 'duplicate entry with key "a"'],
    ['1: x\n0x1: y', 'duplicate entry with key 1'],
    ['a\n---\nb', 'more than one document'],
    ['[1', ''],
    ['*nothing', ''],
    ['!!bool maybe', 'invalid value: string "maybe", expected a boolean'],
    ['18446744073709551616', 'integer `18446744073709551616` as u128, expected any YAML value'],
    [nested(129), 'recursion limit exceeded'],
    [bomb.join('\n'), 'repetition limit exceeded'],
  ]) {
    assert.throws(
      () => parse(text),
      (error) => {
        assert.ok(error instanceof DeterministicError, String(error))
        assert.ok(error.message.startsWith('failed to parse YAML from bytes: '))
        return error.message.includes(reason)
      },
      text.slice(0, 60),
    )
  }
  assert.throws(() => parseYaml(Uint8Array.of(0xff, 0xff)), DeterministicError)
  assert.throws(() => parseYaml(new Uint8Array(10_000_001)), {
    message: 'YAML size exceeds max size of 10000000 bytes',
  })
})
