import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { connectContracts } from '@tributary/contracts/connect'
import { deploy } from '@tributary/contracts/deploy/deploy'
import { presets } from '@tributary/contracts/deploy/presets'
import { DEVELOPMENT_KEYS } from '@tributary/protocol/config/developmentKeys'
import { Wallet } from 'ethers'
import { finalizedBlock } from '../../chain/finalizedBlock.ts'
import { startAnvil } from '../../testing/startAnvil.ts'
import type { FinalModels } from './chainModelRegistry.ts'
import { chainModelRegistry, RegistrationRefused } from './chainModelRegistry.ts'
import type { ModelRegistry } from './modelRegistry.ts'

const hash = (byte: string) => `0x${byte.repeat(32)}`
const signal = AbortSignal.timeout(60_000)
let chain: Awaited<ReturnType<typeof startAnvil>>
let contracts: ReturnType<typeof connectContracts>
let registry: ModelRegistry

before(async () => {
  chain = await startAnvil()
  const owner = new Wallet(DEVELOPMENT_KEYS[0], chain.provider)
  const deployment = await deploy({
    provider: chain.provider,
    deployer: owner,
    preset: presets.local,
    serviceSigner: new Wallet(DEVELOPMENT_KEYS[1]).address,
  })
  contracts = connectContracts(deployment, owner)
  registry = chainModelRegistry(contracts, owner, finalFromLogs())
})
after(() => chain?.stop())

/** What the subgraph says, read from the events themselves. */
function finalFromLogs(): FinalModels {
  return {
    async find(by) {
      const { models } = contracts
      const logs = await models.queryFilter(
        models.filters.ModelRegistered(),
        0,
        await finalizedBlock(chain.provider),
      )
      for (const log of logs) {
        const { args } = models.interface.parseLog(log) ?? { args: undefined }
        if (args === undefined) continue
        const { modelId, ownerId, kind, weightsHash, manifestHash } = args
        if ('modelId' in by ? by.modelId === modelId : by.weightsHash === weightsHash) {
          return { modelId, ownerId, kind: Number(kind), weightsHash, manifestHash }
        }
      }
      return undefined
    },
  }
}

test('registers a model once, however often it is asked, and waits for finality', async () => {
  const base = {
    parentId: 0n,
    kind: 0 as const,
    weightsHash: hash('b1'),
    manifestHash: hash('c1'),
    snapshots: [],
  }
  const [one, two] = await Promise.all([
    registry.register(base, signal),
    registry.register({ ...base, manifestHash: hash('c2') }, signal),
  ])
  assert.equal(one.modelId, 1n)
  // Whoever was first has the manifest; both get to know it.
  assert.deepEqual(two, one)
  assert.deepEqual(await registry.read(1n), one)
  assert.equal(one.ownerId, await registry.ownerId())
  assert.deepEqual(await registry.find(hash('b1')), one)
  assert.equal(await registry.find(hash('b2')), undefined)
})

test('what the contract refuses is told, not repeated', async () => {
  const snapshots = [{ datanetId: 1n, snapshotRoot: hash('05'), lastRecordNo: 9n }]
  const adapter = {
    parentId: 1n,
    kind: 1 as const,
    weightsHash: hash('a1'),
    manifestHash: hash('c3'),
    snapshots,
  }
  await assert.rejects(registry.register(adapter, signal), RegistrationRefused)
  assert.equal(await registry.find(hash('a1')), undefined)
})
