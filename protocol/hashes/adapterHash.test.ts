import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { adapterHash } from './adapterHash.ts'
import { bareHash, HashError, prefixedHash } from './bareHash.ts'
import { baseHash } from './baseHash.ts'

const hex = (byte: string) => byte.repeat(32)

test('an adapter is named by the canonical JSON of what it is made of', () => {
  const config = { r: 8, alpha: 16, targets: ['q_proj', 'v_proj'], layers: [0, 1], dropout: 0.05 }
  const text = `{"base":"${hex('aa')}","config":{"alpha":16,"dropout":0.05,"layers":[0,1],"r":8,"targets":["q_proj","v_proj"]},"weights":"${hex('bb')}"}`
  const { descriptor, hash } = adapterHash({ base: `0x${hex('AA')}`, config, weights: hex('bb') })
  assert.equal(new TextDecoder().decode(descriptor), text)
  assert.equal(hash, `0x${createHash('sha256').update(text).digest('hex')}`)
})

test('a base model is named by weights, tokenizer and template', () => {
  const parts = { weights: hex('01'), tokenizer: `sha256:${hex('02')}`, template: `0x${hex('03')}` }
  const text = `{"template":"${hex('03')}","tokenizer":"${hex('02')}","weights":"${hex('01')}"}`
  assert.equal(baseHash(parts).hash, `0x${createHash('sha256').update(text).digest('hex')}`)
})

test('hashes are read in each usual form and nothing else', () => {
  assert.equal(bareHash(`0x${hex('Ab')}`), hex('ab'))
  assert.equal(prefixedHash(`sha256:${hex('ab')}`), `0x${hex('ab')}`)
  for (const wrong of ['', '0x12', hex('zz'), `0x${hex('ab')}00`]) {
    assert.throws(() => bareHash(wrong), HashError)
  }
})
