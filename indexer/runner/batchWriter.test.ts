import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StoredBlock, WriteBatch } from '../store/writeBatch.ts'
import { BatchWriter } from './batchWriter.ts'

function block(number: number): StoredBlock {
  return { number, hash: `0x${number}`, parentHash: `0x${number - 1}`, timestamp: BigInt(number) }
}

/** A store whose writes end when they are told to. */
function slowStore() {
  const writes: {
    readonly blocks: number[]
    readonly before: number | null
    end(error?: Error): void
  }[] = []
  const writer = new BatchWriter({
    store: {
      write: (batch: WriteBatch, before: StoredBlock | null) =>
        new Promise<void>((resolve, reject) => {
          writes.push({
            blocks: batch.blocks.map(({ number }) => number),
            before: before?.number ?? null,
            end: (error) => (error === undefined ? resolve() : reject(error)),
          })
        }),
      errors: { failForNow: async () => {} },
    },
    current: { writing: () => {}, written: () => {} },
    after: async () => {},
  })
  const add = (...numbers: number[]) => {
    for (const number of numbers) writer.addBlock(block(number), [], [], [])
  }
  return { writer, writes, add }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('gathers what comes while a batch is written, and writes it right after', async () => {
  const { writer, writes, add } = slowStore()
  writer.restart(block(1))
  add(2)
  writer.flush()
  add(3)
  writer.flush()
  add(4)
  assert.deepEqual(
    writes.map(({ blocks }) => blocks),
    [[2]],
  )
  assert.equal(writer.position?.number, 4)
  assert.equal(writer.head?.number, 1)
  writes[0].end()
  await turn()
  assert.deepEqual(
    writes.map(({ blocks, before }) => [before, blocks]),
    [
      [1, [2]],
      [2, [3, 4]],
    ],
  )
  const written = writer.written()
  writes[1].end()
  await written
  assert.equal(writer.head?.number, 4)
})

test('waits for all that was handed over, also for what a write begins at its end', async () => {
  const { writer, writes, add } = slowStore()
  add(1)
  writer.flush()
  add(2)
  writer.flush()
  let isWritten = false
  const written = writer.written().then(() => {
    isWritten = true
  })
  writes[0].end()
  await turn()
  assert.equal(isWritten, false)
  writes[1].end()
  await written
  assert.equal(writer.head?.number, 2)
})

test('writes nothing that comes after a failed write, and tells of it until it goes on anew', async () => {
  const { writer, writes, add } = slowStore()
  add(1)
  writer.flush()
  add(2)
  writer.flush()
  writes[0].end(new Error('no room'))
  await assert.rejects(writer.written(), /no room/)
  await assert.rejects(writer.written(), /no room/)
  await writer.settle()
  assert.equal(writes.length, 1)

  writer.restart(null)
  add(1)
  const written = writer.written()
  await turn()
  assert.deepEqual(writes[1].blocks, [1])
  writes[1].end()
  await written
})
