import assert from 'node:assert/strict'
import { test } from 'node:test'
import { splitStatements } from './splitStatements.ts'

test('semicolons in strings and comments end no statement', () => {
  assert.deepEqual(splitStatements("select ';' -- ;\n; ; select 2 /* ; */;\n-- end ;\n"), [
    "select ';' -- ;",
    'select 2 /* ; */',
  ])
  assert.deepEqual(splitStatements(''), [])
})
