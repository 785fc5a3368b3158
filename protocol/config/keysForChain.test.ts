import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HDNodeWallet, Mnemonic } from 'ethers'
import { ConfigurationError, readConfiguration } from './configuration.ts'
import { DEVELOPMENT_KEYS, DEVELOPMENT_MNEMONIC } from './developmentKeys.ts'
import { keysForChain } from './keysForChain.ts'

const OWN_KEY = `0x${'17'.repeat(32)}`

test('the development keys are the accounts of the development phrase', () => {
  const mnemonic = Mnemonic.fromPhrase(DEVELOPMENT_MNEMONIC)
  DEVELOPMENT_KEYS.forEach((key, index) => {
    assert.equal(HDNodeWallet.fromMnemonic(mnemonic, `m/44'/60'/0'/0/${index}`).privateKey, key)
  })
})

test('chain 31337 has default keys, and a given one wins', () => {
  assert.deepEqual(keysForChain(readConfiguration({ SERVICE_KEY: OWN_KEY }), 31337), {
    deployer: DEVELOPMENT_KEYS[0],
    service: OWN_KEY,
    keeper: DEVELOPMENT_KEYS[2],
  })
})

test('any other chain refuses a missing or a well-known key', () => {
  const own = { DEPLOYER_KEY: OWN_KEY, SERVICE_KEY: OWN_KEY, KEEPER_KEY: OWN_KEY }
  assert.equal(keysForChain(readConfiguration(own), 1612n).service, OWN_KEY)
  assert.throws(() => keysForChain(readConfiguration({}), 1612n), ConfigurationError)
  const wellKnown = `0x${DEVELOPMENT_KEYS[4]?.slice(2).toUpperCase()}`
  assert.throws(
    () => keysForChain(readConfiguration({ ...own, KEEPER_KEY: wellKnown }), 1612n),
    (error) =>
      error instanceof ConfigurationError && error.code === 'configuration_key_development',
  )
})
