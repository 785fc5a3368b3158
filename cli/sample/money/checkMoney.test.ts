import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkMoney } from './checkMoney.ts'
import type { Money } from './readMoney.ts'

const money = (change: Partial<Money> = {}): Money => ({
  ledgerWei: 10n,
  subgraphWei: 10n,
  contractWei: 10n,
  feeWei: 10n,
  roles: new Map(),
  ...change,
})

test('one wei more or less in any source is told', () => {
  assert.deepEqual(checkMoney(money()), [])
  for (const source of ['ledgerWei', 'subgraphWei', 'contractWei', 'feeWei'] as const) {
    for (const wei of [9n, 11n]) {
      assert.notDeepEqual(checkMoney(money({ [source]: wei })), [], `${source} ${wei}`)
    }
  }
})
