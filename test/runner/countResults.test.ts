import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countResults } from './countResults.ts'

test("each runner's closing lines", () => {
  const node = 'ℹ tests 5\nℹ pass 3\nℹ fail 1\nℹ cancelled 0\nℹ skipped 1\nℹ todo 0\n'
  assert.deepEqual(countResults('node', node, 1), { passed: 3, failed: 2 })
  assert.deepEqual(countResults('pytest', '=== 7 passed, 2 failed in 3.1s ===', 1), {
    passed: 7,
    failed: 2,
  })
  assert.deepEqual(
    countResults('pytest', 'SKIPPED [2] test_gpu.py:3: needs a GPU\n7 passed, 3 skipped', 0),
    { passed: 7, failed: 1 },
  )
  const forge = 'Ran 3 test suites: 40 tests passed, 0 failed, 0 skipped (40 total tests)'
  assert.deepEqual(countResults('forge', forge, 0), { passed: 40, failed: 0 })
})

test('nothing run, or a failure without a name, is a failure', () => {
  assert.deepEqual(countResults('node', 'ℹ pass 0\nℹ fail 0\n', 0), { passed: 0, failed: 1 })
  assert.deepEqual(countResults('node', 'ℹ pass 4\nℹ fail 0\n', 1), { passed: 4, failed: 1 })
  assert.deepEqual(countResults('forge', 'compiler error', 1), { passed: 0, failed: 1 })
  assert.deepEqual(countResults('status', '', 2), { passed: 0, failed: 1 })
})
