import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OptionError, readOptions } from './options.ts'

test('defaults, environment and command line in rising order', () => {
  assert.deepEqual(readOptions([], {}, '/repo'), {
    fresh: false,
    sample: true,
    help: false,
    port: 4100,
    dataFolder: '/repo/.tributary',
  })
  const options = readOptions(
    ['--port', '5200', '--data', '/data', '--fresh', '--no-sample'],
    { TRIBUTARY_PORT: '5100', TRIBUTARY_DATA: 'elsewhere' },
    '/repo',
  )
  assert.deepEqual(
    [options.port, options.dataFolder, options.fresh, options.sample],
    [5200, '/data', true, false],
  )
})

test('what is not understood is refused with the way out', () => {
  for (const args of [['--port', 'x'], ['--port', '80'], ['--data'], ['--frehs']]) {
    assert.throws(
      () => readOptions(args, {}, '/repo'),
      (error) => error instanceof OptionError && /--help/.test(error.message),
    )
  }
})
