import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dumpManifest } from './dumpManifest.ts'

test('writes manifests as graph-cli uploads them', () => {
  const event =
    'ProposalCreated(uint256,address,address[],uint256[],string[],bytes[],uint256,string)'
  const manifest = {
    specVersion: '1.2.0',
    handlers: [{ event, receipt: true, tag: 'yes' }],
    at: '0x12',
  }
  assert.equal(
    dumpManifest(manifest),
    `at: '0x12'\nhandlers:\n  - event: >-\n      ${event}\n    receipt: true\n    tag: 'yes'\nspecVersion: 1.2.0\n`,
  )
})
