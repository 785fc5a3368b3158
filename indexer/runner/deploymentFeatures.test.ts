import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readBuild } from '../manifest/readBuild.ts'
import { LEDGER } from '../testing/ledgerChain.ts'
import { deploymentFeatures } from './deploymentFeatures.ts'

test('tells what a build makes use of', async () => {
  const build = await readBuild(`${LEDGER}/build`)
  assert.deepEqual(deploymentFeatures(build), {
    apiVersion: '0.0.9',
    specVersion: '1.2.0',
    features: [...build.manifest.features, 'immutableEntities', 'bytesAsIds'],
    dataSources: ['ethereum'],
    handlers: ['event', 'block_filter_polling', 'block_filter_once'],
    network: 'local',
  })
})
