import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { contractNames } from '../build/contractNames.ts'
import { contractsRoot, forge } from '../build/forge.ts'
import { renderContract } from '../build/renderContract.ts'

// One after the other: both use what forge compiled.
describe('forge', { concurrency: false }, () => {
  it('passes its tests', async () => {
    const output = await forge(['test'])
    assert.match(output, /[1-9][0-9]* tests passed, 0 failed/)
  })

  it('compiles what is committed', () => {
    for (const name of contractNames) {
      assert.equal(
        readFileSync(join(contractsRoot, 'abi', `${name}.ts`), 'utf8'),
        renderContract(name),
        `run \`node contracts/generate.ts\`: ${name} is stale`,
      )
    }
  })
})
