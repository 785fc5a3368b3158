import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authorOf } from './authorOf.ts'

test('every form in which packages name their author', () => {
  assert.equal(
    authorOf({ author: 'Ada Lovelace <ada@example.org> (https://example.org)' }),
    'Ada Lovelace',
  )
  assert.equal(authorOf({ author: { name: 'Ada Lovelace', email: 'a@b' } }), 'Ada Lovelace')
  assert.equal(authorOf({ author: '', contributors: ['Grace Hopper'] }), 'Grace Hopper')
  assert.equal(authorOf({ author: 'mail@example.org', maintainers: [{ name: 'M' }] }), 'M')
  assert.equal(
    authorOf({ repository: { url: 'git+https://github.com/some-org/thing.git' } }),
    'some-org',
  )
  assert.equal(authorOf({ repository: 'github:owner/thing' }), 'owner')
  assert.equal(authorOf({ repository: 'owner/thing' }), 'owner')
  assert.equal(authorOf({ repository: { url: 'https://gitlab.com/x' } }), null)
  assert.equal(authorOf({}), null)
})
