import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, test } from 'node:test'
import type { ChainBlock } from '../chain/chainTypes.ts'
import type { EntityData } from '../values/storeValue.ts'
import type { HandlerContext } from './handlerContext.ts'
import { MappingModule } from './mappingModule.ts'
import { writeBlock } from './marshal/chainObjects.ts'
import { FUEL_EXPORT, originalOffset, patchModule } from './patchModule.ts'
import { Suspension } from './suspension.ts'

const WASM = join(import.meta.dirname, '..', 'testdata', 'ledger', 'build', 'Ledger', 'Ledger.wasm')
const RUNAWAY = join(import.meta.dirname, '..', 'testdata', 'runaway', 'runaway.wasm')
const HASH = `0x${'12'.repeat(32)}`
const BLOCK: ChainBlock = {
  number: 5,
  hash: HASH,
  parentHash: HASH,
  timestamp: 1n,
  unclesHash: HASH,
  author: `0x${'00'.repeat(20)}`,
  stateRoot: HASH,
  transactionsRoot: HASH,
  receiptsRoot: HASH,
  gasUsed: 1n,
  gasLimit: 1n,
  difficulty: 0n,
  totalDifficulty: 0n,
  size: null,
  baseFeePerGas: null,
  transactions: new Map(),
}

let wasm: Uint8Array

before(async () => {
  wasm = await readFile(WASM)
})

/** A context that knows only the given methods. */
function context(methods: Partial<HandlerContext>): HandlerContext {
  return methods as HandlerContext
}

test('every run starts from the same state and memory', async () => {
  const module = await MappingModule.compile(wasm)
  const written: EntityData[] = []
  const stored = new Map<string, EntityData>()
  const run = () =>
    module.run(
      'handleFifth',
      (heap) => writeBlock(heap, BLOCK),
      context({
        getEntity: (_type, id) => stored.get(id) ?? null,
        setEntity: (_type, id, data) => {
          written.push(data)
          stored.set(id, data)
        },
      }),
    )
  for (let count = 1; count <= 300; count++) {
    run()
    assert.equal(written.at(-1)?.get('blocks'), count)
  }
})

test('a handler suspends for what is not in memory and runs anew', async () => {
  const module = await MappingModule.compile(wasm)
  let loaded = false
  let sets = 0
  const suspending = context({
    getEntity: () => {
      if (loaded) return null
      throw new Suspension('handler', async () => {
        loaded = true
      })
    },
    setEntity: () => {
      sets += 1
    },
  })
  const run = () => module.run('handleOnce', (heap) => writeBlock(heap, BLOCK), suspending)
  const suspension = (() => {
    try {
      run()
    } catch (error) {
      return error
    }
  })()
  assert.ok(suspension instanceof Suspension)
  assert.equal(sets, 0)
  await suspension.load()
  run()
  assert.equal(sets, 1)
})

test('tells a missing handler, a trap and a null that was passed', async () => {
  const module = await MappingModule.compile(wasm)
  const run = (handler: string, argument: number) =>
    module.run(handler, () => argument, context({ getEntity: () => null, setEntity: () => {} }))
  assert.throws(() => run('handleNothing', 0), {
    name: 'TransientError',
    message: 'function handleNothing not found',
  })
  // An event at the end of the memory: reading its fields leaves it.
  assert.throws(() => run('handleMoved', 0x7fff_0000), {
    name: 'DeterministicError',
    message: /wasm trap: out of bounds memory access/,
  })
})

test('patching exports the mutable globals and the fuel, and moves the code', async () => {
  const running = patchModule(wasm)
  const patched = await WebAssembly.compile(running as BufferSource)
  const original = await WebAssembly.compile(wasm as BufferSource)
  const names = (module: WebAssembly.Module) =>
    WebAssembly.Module.exports(module).map(({ name }) => name)
  const added = names(patched).filter((name) => !names(original).includes(name))
  assert.ok(added.includes(FUEL_EXPORT) && added.length > 1)
  assert.deepEqual(
    names(patched).filter((name) => !added.includes(name)),
    names(original),
  )
  assert.deepEqual(WebAssembly.Module.imports(patched), WebAssembly.Module.imports(original))
  let kept = 0
  for (let offset = 0; offset < running.length; offset++) {
    const before = originalOffset(wasm, offset)
    if (before === null) continue
    assert.equal(running[offset], wasm[before])
    kept += 1
    if (offset > 100) offset += 97
  }
  assert.ok(kept > 200)
})

test('a handler without an end is stopped, and the next one runs as ever', async () => {
  const module = await MappingModule.compile(await readFile(RUNAWAY))
  const run = (handler: string) => () =>
    module.run(handler, () => 0, context({ setEntity: () => {}, log: () => {} }))
  const stopped = {
    name: 'DeterministicError',
    message: 'Gas limit exceeded. Used: 10000000000000',
  }
  assert.throws(run('handleNoted'), stopped, 'runs for ever')
  assert.throws(
    run('handleOpened'),
    {
      name: 'DeterministicError',
      message: 'wasm trap: wasm `unreachable` instruction executed',
    },
    'allocates without end',
  )
  assert.throws(
    run('handlePoisoned'),
    { name: 'TransientError', recorded: /^(Gas limit exceeded\. Used: 1000\d{10}): \1$/ },
    'calls the host without end, which is told twice',
  )
  assert.throws(
    run('handleMoved'),
    { name: 'TransientError', recorded: 'wasm trap: call stack exhausted' },
    'calls itself without end',
  )
  run('handleOnce')()
  assert.throws(run('handleNoted'), stopped)
})

test('code of later versions of WebAssembly is refused', () => {
  const copying = [0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 0x0a, 0, 0, 0x0b]
  const body = [copying.length + 1, 0, ...copying]
  const sections = [
    [1, 4, 1, 0x60, 0, 0],
    [3, 2, 1, 0],
    [5, 3, 1, 0, 1],
    [10, body.length + 1, 1, ...body],
  ]
  const later = Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()])
  assert.ok(WebAssembly.validate(later))
  assert.throws(() => patchModule(later), { name: 'UnknownInstructionError', message: /0xfc/ })
})
