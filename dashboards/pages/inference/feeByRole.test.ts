import assert from 'node:assert/strict'
import { test } from 'node:test'
import { feeByRole } from './feeByRole.ts'

const line = (role: string, wei: string) => ({
  role,
  accountId: '9',
  label: null,
  clusterId: '0',
  ppm: null,
  wei,
})

test('groups lines by role in the roles’ order and sums them to the wei', () => {
  const { roles, sum } = feeByRole([
    line('TREASURY', '1'),
    line('CONTRIBUTOR', '100000000000000000001'),
    line('COMMONS', '4'),
    line('CONTRIBUTOR', '100000000000000000002'),
  ])
  assert.deepEqual(
    roles.map(({ name, wei, lines }) => [name, wei, lines.map((each) => each.wei)]),
    [
      ['contributor', 200000000000000000003n, ['100000000000000000002', '100000000000000000001']],
      ['commons', 4n, ['4']],
      ['treasury', 1n, ['1']],
    ],
  )
  assert.equal(sum, 200000000000000000008n)
})

test('a role that these pages do not know yet is shown all the same', () => {
  const { roles, sum } = feeByRole([line('NEWCOMER', '7')])
  assert.deepEqual(
    roles.map(({ name }) => name),
    ['NEWCOMER'],
  )
  assert.equal(sum, 7n)
})
