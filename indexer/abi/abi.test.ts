import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AbiCoder, Interface } from 'ethers'
import { bytesToHex, hexToBytes } from '../values/hex.ts'
import { parseAbiType } from './abiType.ts'
import type { AbiValue } from './abiValue.ts'
import { ContractAbi } from './contractAbi.ts'
import { AbiDecodeError, decodeAbi } from './decodeAbi.ts'
import { encodeAbi } from './encodeAbi.ts'

const TYPES = [
  'uint8',
  'int256',
  '(address,bytes32[2],(bool,string)[])',
  'bytes',
  'bytes4',
  'string[2][]',
  'uint64[3]',
]
const VALUES = [
  200,
  -(2n ** 255n),
  [
    '0x00000000000000000000000000000000000000aa',
    [`0x${'11'.repeat(32)}`, `0x${'22'.repeat(32)}`],
    [
      [true, 'größer'],
      [false, ''],
    ],
  ],
  '0x0102030405',
  '0xdeadbeef',
  [
    ['a', 'b'],
    ['c'.repeat(40), ''],
  ],
  [1, 2, 2n ** 64n - 1n],
]

test('decodes and encodes like another implementation', () => {
  const encoded = AbiCoder.defaultAbiCoder().encode(TYPES, VALUES)
  const decoded = decodeAbi(TYPES.map(parseAbiType), hexToBytes(encoded) as Uint8Array)
  assert.deepEqual(decoded[0], { kind: 'uint', value: 200n })
  assert.deepEqual(decoded[1], { kind: 'int', value: -(2n ** 255n) })
  const tuple = decoded[2].value as AbiValue[]
  assert.deepEqual(tuple[2].value, [
    {
      kind: 'tuple',
      value: [
        { kind: 'bool', value: true },
        { kind: 'string', value: 'größer' },
      ],
    },
    {
      kind: 'tuple',
      value: [
        { kind: 'bool', value: false },
        { kind: 'string', value: '' },
      ],
    },
  ])
  assert.equal(bytesToHex(decoded[4].value as Uint8Array), '0xdeadbeef')
  assert.equal(bytesToHex(encodeAbi(decoded)), encoded)
})

test('refuses data that is too short, points outside or describes too much', () => {
  const decode = (type: string, hex: string) =>
    decodeAbi([parseAbiType(type)], hexToBytes(hex) as Uint8Array)
  const word = (value: number) => value.toString(16).padStart(64, '0')
  assert.throws(() => decode('uint256', '00'), AbiDecodeError)
  assert.throws(() => decode('string', word(64)), AbiDecodeError)
  assert.throws(() => decode('string', word(32) + word(33)), AbiDecodeError)
  assert.throws(() => decode('uint256[]', word(32) + word(2) + word(1)), AbiDecodeError)
  assert.throws(() => decode('uint256[0][100000000]', word(0)), AbiDecodeError)
})

test('reads logs by the manifest’s signature, with or without `indexed`', () => {
  const fragments = [
    'event Sent(address indexed to, string indexed topic, uint256 value)',
    'event Both(uint8 a)',
    'event Both(uint16 a)',
  ]
  const other = new Interface(fragments)
  const abi = new ContractAbi(JSON.parse(other.formatJson()))
  const event = abi.event('Sent(indexed address,indexed string, uint256)')
  assert.equal(event, abi.event('Sent(address,string,uint256)'))
  assert.equal(abi.event('Both(uint8)')?.signature, 'Both(uint8)')
  assert.equal(abi.event('Sent(indexed address,string,uint256)'), null)
  const to = '0x00000000000000000000000000000000000000ff'
  const { topics, data } = other.encodeEventLog('Sent', [to, 'weather', 7n])
  assert.equal(event?.topic0, topics[0])
  assert.deepEqual(event?.decode(topics, data), [
    { name: 'to', value: { kind: 'address', value: hexToBytes(to) } },
    { name: 'topic', value: { kind: 'fixedBytes', value: hexToBytes(topics[2]) } },
    { name: 'value', value: { kind: 'uint', value: 7n } },
  ])
  assert.equal(event?.decode(topics.slice(0, 2), data), null)
  assert.equal(event?.decode(topics, '0x000000'), null)
})
