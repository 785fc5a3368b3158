import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '../testing/runLedger.ts'
import { FileMonitor } from './fileMonitor.ts'

/** A source that has what it is given, counts what it is asked, and may fail. */
function source() {
  const files = new Map<string, Uint8Array>()
  const asked: string[] = []
  const listeners = new Set<(names: readonly string[]) => void>()
  return {
    files,
    asked,
    failing: false,
    async get(name: string) {
      asked.push(name)
      if (this.failing) throw new Error('it is broken')
      return files.get(name) ?? null
    },
    onAdded(listener: (names: readonly string[]) => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    add(name: string, bytes: Uint8Array) {
      files.set(name, bytes)
      for (const listener of listeners) listener([name])
    },
  }
}

test('a file that is not there is asked for again with growing waits, and at once when it comes', async () => {
  const content = source()
  const told: string[] = []
  const monitor = new FileMonitor(content, (level, message) => told.push(`${level}: ${message}`), 3)
  monitor.watch(['a', 'b'])
  await until(() => content.asked.filter((name) => name === 'a').length > 3, 'a is asked for')
  assert.deepEqual(monitor.arrived, [])
  assert.ok(told.includes('debug: the file a is not to be had, next try in 3 ms'))
  content.failing = true
  await until(() => told.some((line) => line.startsWith('warning: ')), 'it fails')
  assert.ok(
    told.includes('warning: the file a is not to be had (it is broken), next try in 3 ms') ||
      told.includes('warning: the file b is not to be had (it is broken), next try in 3 ms'),
  )
  content.failing = false
  content.files.set('b', Uint8Array.of(1))
  await until(() => monitor.arrived.length === 1, 'b comes')
  assert.deepEqual(monitor.arrived, [{ file: 'b', bytes: Uint8Array.of(1) }])
  monitor.release('b')
  assert.deepEqual(monitor.arrived, [])
  monitor.stop()

  const patient = new FileMonitor(content, (_level, message) => told.push(message), 1e9)
  patient.add('c')
  await until(() => told.some((line) => line.includes('c is not to be had')), 'c is asked for')
  assert.ok(told.includes('the file c is not to be had, next try in 1000 ms'))
  content.add('c', Uint8Array.of(2))
  await until(() => patient.arrived.length === 1, 'c comes')
  patient.stop()
  const before = content.asked.length
  content.add('c', Uint8Array.of(3))
  assert.equal(content.asked.length, before)
})

test('what is not waited for any more is dropped, and the rest stays', async () => {
  const content = source()
  for (const name of ['a', 'b', 'c']) content.files.set(name, Uint8Array.of(name.charCodeAt(0)))
  const monitor = new FileMonitor(content, () => {}, 3)
  monitor.watch(['a', 'b'])
  await until(() => monitor.arrived.length === 2, 'both come')
  monitor.watch(['b', 'c'])
  await until(() => monitor.arrived.length === 2, 'the other one comes')
  assert.deepEqual(
    monitor.arrived.map(({ file }) => file),
    ['b', 'c'],
  )
  assert.deepEqual(content.asked, ['a', 'b', 'c'], 'b was not asked for again')
  monitor.stop()
})
