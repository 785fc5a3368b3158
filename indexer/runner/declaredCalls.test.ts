import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ContractAbi } from '../abi/contractAbi.ts'
import { encodeAbi } from '../abi/encodeAbi.ts'
import { parseDeclaredCall } from '../manifest/declaredCall.ts'
import type { BuiltSource } from '../manifest/subgraphBuild.ts'
import { bytesToHex } from '../values/hex.ts'
import { ContractCalls } from './contractCalls.ts'
import { makeDeclaredCalls } from './declaredCalls.ts'
import type { Trigger } from './matchTriggers.ts'

const TOKEN = `0x${'01'.repeat(20)}`
const OWNER = new Uint8Array(20).fill(2)
const BLOCK = { number: 7, hash: `0x${'ab'.repeat(32)}` }
const ABI = new ContractAbi([
  {
    type: 'function',
    name: 'balanceOf',
    inputs: [{ name: 'owner', type: 'address' }],
    outputs: [{ name: '', type: 'uint256' }],
    stateMutability: 'view',
  },
] as never)

function trigger(...expressions: string[]): Trigger {
  return {
    kind: 'event',
    source: { source: { abis: new Map([['Token', ABI]]) } },
    log: { address: TOKEN },
    parameters: [
      { name: 'owner', value: { kind: 'address', value: OWNER } },
      { name: 'amount', value: { kind: 'uint', value: 5n } },
    ],
    calls: expressions.map((expression) => parseDeclaredCall('balance', expression)),
  } as unknown as Trigger
}

test('declared calls are made once, together, and answer the handlers', async () => {
  const asked: unknown[] = []
  const chain = {
    stateAt: async (_block: unknown, method: string, request: unknown) => {
      asked.push([method, (request as { to: string }).to])
      return bytesToHex(encodeAbi([{ kind: 'uint', value: 42n }]))
    },
  }
  const calls = new ContractCalls(chain as never, BLOCK)
  const one = 'Token[event.address].balanceOf(event.params.owner)'
  const other = 'Token[event.params.owner].balanceOf(event.address)'
  await makeDeclaredCalls(calls, [trigger(one, other), trigger(one), { kind: 'block' } as Trigger])
  assert.deepEqual(asked, [
    ['eth_call', TOKEN],
    ['eth_call', bytesToHex(OWNER)],
  ])
  const call = {
    contract: 'Token',
    address: new Uint8Array(20).fill(1),
    functionName: 'balanceOf',
    signature: 'balanceOf(address):(uint256)',
    parameters: [{ kind: 'address' as const, value: OWNER }],
  }
  const source = { abis: new Map([['Token', ABI]]) } as unknown as BuiltSource
  assert.deepEqual(calls.call(source, call), [{ kind: 'uint', value: 42n }])
})

test('a declared call that its event has no values for fails as on graph-node', async () => {
  const calls = new ContractCalls({} as never, BLOCK)
  await assert.rejects(
    makeDeclaredCalls(calls, [trigger('Token[event.params.nobody].balanceOf(event.address)')]),
    { name: 'TransientError', message: "In declarative call 'balance': unknown param nobody" },
  )
  await assert.rejects(
    makeDeclaredCalls(calls, [trigger('Token[event.params.amount].balanceOf(event.address)')]),
    { message: "In declarative call 'balance': param amount is not an address" },
  )
})
