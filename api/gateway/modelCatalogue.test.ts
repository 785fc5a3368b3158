import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ModelManifest } from '@tributary/protocol/messages/modelManifest'
import { modelManifestBytes } from '@tributary/protocol/messages/modelManifest'
import type { SubgraphClient } from '../subgraph/subgraphClient.ts'
import { ADAPTER_HASH, BASE_HASH } from '../testing/samples.ts'
import { ModelCatalogue } from './modelCatalogue.ts'

const hash = (byte: string) => `0x${byte.repeat(32)}`

function manifest(changes: Partial<ModelManifest>): ModelManifest {
  return {
    v: 1,
    kind: 'adapter',
    alias: 'guide',
    version: 1,
    base: BASE_HASH,
    adapter: ADAPTER_HASH,
    datanets: [],
    config: null,
    features: { hash: hash('fe'), method: 'ekfac' },
    training: null,
    licence: 'MIT',
    ...changes,
  }
}

/** A catalogue over models that are registered and manifests that lie in the store. */
function setUp() {
  const rows: object[] = []
  const bodies = new Map<string, Uint8Array>()
  let queries = 0
  const subgraph: SubgraphClient = {
    async query<T>(_document: string, variables?: Record<string, unknown>) {
      queries++
      const after = BigInt(variables?.after as string)
      const models = rows.filter((row) => BigInt((row as { modelId: string }).modelId) > after)
      return { models } as T
    },
  }
  const catalogue = new ModelCatalogue(subgraph, async (wanted) => {
    const body = bodies.get(wanted)
    if (!body) throw new Error('it is not there')
    return body
  })
  const register = (modelId: number, body?: Uint8Array) => {
    const manifestHash = hash(modelId.toString(16).padStart(2, '0'))
    rows.push({
      modelId: `${modelId}`,
      owner: { accountId: '5' },
      weightsHash: hash('aa'),
      manifestHash,
      timestamp: '1790000000',
      trainings: [{ datanet: { datanetId: '3' }, snapshotRoot: hash('5a'), lastRecordNo: '40' }],
    })
    if (body) bodies.set(manifestHash, body)
    return manifestHash
  }
  return { catalogue, register, bodies, queries: () => queries }
}

const baseManifest = manifest({ kind: 'base', alias: 'smollm2', adapter: null, features: null })
const other = hash('ae')

describe('the model catalogue', () => {
  it('finds a model by alias, version and hash', async () => {
    const { catalogue, register, queries } = setUp()
    register(1, modelManifestBytes(baseManifest))
    register(2, modelManifestBytes(manifest({})))
    // Versions are numbers: 10 comes after 2.
    register(3, modelManifestBytes(manifest({ version: 10, adapter: other })))
    register(4, modelManifestBytes(manifest({ version: 2, adapter: hash('af') })))
    const idOf = async (name: string) => (await catalogue.resolve(name)).modelId
    assert.equal(await idOf('smollm2'), 1n)
    assert.equal(await idOf('guide'), 3n)
    assert.equal(await idOf('guide@1'), 2n)
    assert.equal(await idOf('guide@v2'), 4n)
    assert.equal(await idOf(`sha256:${BASE_HASH.slice(2)}`), 1n)
    assert.equal(await idOf(`sha256:${ADAPTER_HASH}`), 2n)
    assert.equal(await idOf(`sha256:${other.slice(2).toUpperCase()}`), 3n)
    assert.equal(queries(), 1)

    const model = await catalogue.resolve('guide@1')
    assert.deepEqual(
      [model.kind, model.ownerId, model.baseHash, model.adapterHash, model.featuresHash],
      ['adapter', 5n, BASE_HASH, ADAPTER_HASH, hash('fe')],
    )
    assert.deepEqual(model.snapshots, [
      { datanetId: '3', snapshotRoot: hash('5a'), lastRecordNo: '40' },
    ])
    assert.deepEqual(
      (await catalogue.list()).map(({ modelId }) => modelId),
      [1n, 2n, 3n, 4n],
    )
    assert.equal((await catalogue.byId(4n))?.version, 2)
    assert.equal(await catalogue.byId(9n), undefined)
  })

  it('refuses a name that nobody registered, and looks again before it does', async () => {
    const { catalogue, register, queries } = setUp()
    register(1, modelManifestBytes(baseManifest))
    for (const name of ['guide', 'smollm2@2', `sha256:${other.slice(2)}`, '', 'sha256:12', '@']) {
      await assert.rejects(catalogue.resolve(name), { status: 404, code: 'model_not_found' })
    }
    const before = queries()
    register(2, modelManifestBytes(manifest({})))
    assert.equal((await catalogue.resolve('guide')).modelId, 2n)
    assert.equal(queries(), before + 1)
  })

  it('leaves out a model whose manifest is missing or broken until it can be read', async () => {
    const { catalogue, register, bodies } = setUp()
    const missing = register(1)
    register(2, new TextEncoder().encode('{"v":1'))
    register(3, modelManifestBytes(manifest({})))
    assert.deepEqual(
      (await catalogue.list()).map(({ modelId }) => modelId),
      [3n],
    )
    await assert.rejects(catalogue.resolve('smollm2'), { code: 'model_not_found' })
    bodies.set(missing, modelManifestBytes(baseManifest))
    assert.equal((await catalogue.resolve('smollm2')).modelId, 1n)
    assert.equal((await catalogue.resolve('guide')).modelId, 3n)
  })
})
