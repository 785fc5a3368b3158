import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDeclaredCall } from './declaredCall.ts'

test('reads where a declared call goes and what it is given', () => {
  const address = `0x${'ab'.repeat(20)}`
  assert.deepEqual(
    parseDeclaredCall('one', `Token[event.address].pair(event.params.id, ${address})`),
    {
      label: 'one',
      contract: 'Token',
      address: { kind: 'emitter' },
      functionName: 'pair',
      parameters: [
        { kind: 'parameter', name: 'id' },
        { kind: 'address', address: new Uint8Array(20).fill(0xab) },
      ],
    },
  )
  assert.deepEqual(parseDeclaredCall('two', 'Token[event.params.at].total()').parameters, [])
})

test('refuses what graph-node refuses, in its words', () => {
  const refused: [expression: string, message: RegExp][] = [
    ['Token', /missing '\[' after contract name$/],
    ['[event.address].a()', /missing contract name before '\['$/],
    ['Token[event.address', /missing '\]' to close address$/],
    ['Token[].a()', /empty address in 'Token\[\]'$/],
    ['Token[event.address]', /missing '\.' after address 'Token\[event\.address\]'$/],
    ['Token[event.address].a', /missing '\(' to start function arguments$/],
    ['Token[event.address].()', /missing function name after 'Token\[event\.address\]\.'$/],
    ['Token[event.address].a(', /missing '\)' to close function arguments$/],
    ['Token[entity.id].a()', /'entity\.\*' expressions not allowed in event handler context$/],
    ['Token[other].a()', /only 'event\.\*' expressions and hex addresses are allowed$/],
    ['Token[event.block].a()', /invalid call argument `event\.block`$/],
    ['Token[event.params.a.b].a()', /only supported for specVersion >= 1\.4\.0$/],
  ]
  for (const [expression, message] of refused) {
    assert.throws(() => parseDeclaredCall('label', expression), { message }, expression)
  }
})
