import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HostGas, MAX_GAS, powerCost } from './hostGas.ts'

test('a power costs by the size of its base and the order of its exponent', () => {
  assert.equal(powerCost(10n, 18), 100)
  assert.equal(powerCost(-(2n ** 255n), 4), 100 * 33 ** 2)
  assert.equal(powerCost(0n, 0), 100)
  const gas = new HostGas()
  gas.spend(powerCost(2n ** 255n, 127))
  assert.throws(() => gas.spend(powerCost(2n ** 40_000n, 200)), {
    name: 'TransientError',
    message: 'Gas limit exceeded. Used: 18446744073709551615',
  })
  gas.reset()
  assert.throws(() => gas.spend(MAX_GAS + 5), {
    message: `Gas limit exceeded. Used: ${MAX_GAS + 5}`,
  })
})
