import assert from 'node:assert/strict'
import { it } from 'node:test'
import { generatedFrom } from '../abi/generatedFrom.ts'
import { sourceHash } from './sourceHash.ts'

it('the ABIs were generated from these sources', () => {
  assert.equal(
    generatedFrom,
    sourceHash(),
    'run `node contracts/generate.ts` and commit the result',
  )
})
