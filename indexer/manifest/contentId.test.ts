import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contentId } from './contentId.ts'

test('is what IPFS gives well known files', () => {
  assert.equal(contentId(new Uint8Array()), 'QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH')
  assert.equal(
    contentId(Buffer.from('hello world\n')),
    'QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o',
  )
})

test('cuts long files into chunks, and many chunks into a tree', () => {
  const file = (length: number) => {
    const bytes = new Uint8Array(length)
    for (let index = 0; index < length; index++) bytes[index] = index * 7 + (index >> 8)
    return bytes
  }
  assert.equal(contentId(file(300_000)), 'QmcvSYMBJPTNcigY8TU125er4ihAX1Twt3RpWAYcdMBMsG')
  assert.equal(contentId(file(786_432)), 'QmPUSW7qoHKxcumDSuhKBjVns5isxbpkGqTW7qPy22oFeh')
  assert.equal(contentId(file(45_875_205)), 'QmPxy4T93f9pvx5DTMS7GWYqTCCWzJ5QE2PPLNGAw2djP1')
})
