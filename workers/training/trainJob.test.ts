import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { TrainDone } from '@tributary/protocol/messages/engineMessages'
import { readModelManifest } from '@tributary/protocol/messages/modelManifest'
import type { TrainSpec } from '@tributary/protocol/messages/trainJob'
import { readTrainResult } from '@tributary/protocol/messages/trainJob'
import { canonicalRecord } from '@tributary/protocol/records/canonicalRecord'
import { buildContribution } from '@tributary/protocol/records/contributionManifest'
import { snapshotRoot } from '@tributary/protocol/records/snapshotRoot'
import { EngineError } from '../engine-client/engineClient.ts'
import type { ChainContribution } from '../ingest/contributions/contributionsAfter.ts'
import { PermanentFailure } from '../jobs/errors.ts'
import type { JobView, Lease } from '../jobs/jobsClient.ts'
import { TrainingNotReady } from './errors.ts'
import type { NewModel, RegisteredModel } from './registration/modelRegistry.ts'
import type { TrainingParts, TrainingProgress } from './trainJob.ts'
import { trainJob } from './trainJob.ts'

const hash = (byte: string) => `0x${byte.repeat(32)}`
const BASE = hash('ba')
const DONE: TrainDone = {
  adapterHash: 'ad'.repeat(32),
  weightsHash: 'ae'.repeat(32),
  configJson: '{"alpha":16,"dropout":0,"layers":[1],"r":8,"targets":["q_proj"]}',
  featuresHash: 'fe'.repeat(32),
  features: { records: 2, method: 'ekfac' },
  lossFirst: 3,
  lossLast: 0.5,
  seconds: 2,
}
const SPEC: TrainSpec = {
  v: 1,
  alias: 'guide',
  version: 2,
  baseModelId: '1',
  ownerId: null,
  datanetIds: ['2', '1', '2'],
  seed: 5,
  config: { epochs: 3 },
  licence: 'MIT',
}

/** Everything around a training, in memory. */
class World {
  readonly blobs = new Map<string, Uint8Array>()
  readonly salts = new Map<string, Uint8Array>()
  readonly contributions: ChainContribution[] = []
  readonly registered: NewModel[] = []
  readonly requests: unknown[] = []
  jobProgress: unknown = null
  engineBase = BASE
  trainError: Error | undefined
  registerError: Error | undefined

  constructor() {
    this.contribute(1n, [
      { kind: 'qa', body: { question: 'What is it?', answer: 'A thing.' } },
      { kind: 'correction', body: { prompt: 'Say', wrong: 'no', right: 'yes' } },
    ])
    this.contribute(2n, [{ kind: 'text', body: 'Plain text.' }])
  }

  contribute(
    datanetId: bigint,
    contents: Pick<Parameters<typeof canonicalRecord>[0], 'kind' | 'body'>[],
  ): void {
    const named = contents.map((content) =>
      canonicalRecord({
        ...content,
        lang: 'en',
        licence: 'MIT',
        source: { path: 'x' },
      } as Parameters<typeof canonicalRecord>[0]),
    )
    const salts = named.map(() => new Uint8Array(32).fill(7))
    const built = buildContribution(named, salts)
    for (const { bytes } of named) this.put(bytes)
    for (const [at, { leaf }] of built.manifest.records.entries()) this.salts.set(leaf, salts[at])
    const last = this.contributions.at(-1)
    this.contributions.push({
      contributionId: BigInt(this.contributions.length + 1),
      datanetId,
      accountId: 16n,
      firstRecordNo: last === undefined ? 1n : last.firstRecordNo + BigInt(last.records),
      records: named.length,
      bytesTotal: built.bytesTotal,
      contentRoot: built.contentRoot,
      manifestHash: this.put(built.bytes),
      blockNumber: 1,
    })
  }

  put(bytes: Uint8Array): string {
    const name = `0x${createHash('sha256').update(bytes).digest('hex')}`
    this.blobs.set(name, bytes)
    return name
  }

  of(datanetId: bigint): ChainContribution[] {
    return this.contributions.filter((one) => one.datanetId === datanetId)
  }

  readonly parts: TrainingParts = {
    jobs: { read: async () => ({ progress: this.jobProgress }) as JobView },
    source: {
      contributions: async (datanetId) => this.of(datanetId),
      ingested: async () => new Set(this.contributions.map((one) => one.contributionId)),
    },
    content: {
      get: async (name) => this.blobs.get(name) as Uint8Array,
      getSalt: async (leaf) => this.salts.get(leaf) ?? null,
      put: async (bytes) => this.put(bytes),
    },
    engine: {
      health: async () => ({
        ok: true,
        base: {
          hash: this.engineBase,
          tokenizerHash: hash('07'),
          name: 'tiny',
          layers: 2,
          parameters: 9,
        },
      }),
      train: async (request, progress) => {
        this.requests.push(request)
        if (this.trainError !== undefined) throw this.trainError
        for (let step = 1; step <= 9; step++) {
          progress({ step, steps: 9, loss: 4 - step / 3, tokensPerSecond: 100 })
        }
        return DONE
      },
    },
    registry: {
      find: async () => undefined,
      read: async (modelId) => (modelId === 1n ? this.base : undefined),
      ownerId: async () => 20n,
      register: async (model) => {
        if (this.registerError !== undefined) throw this.registerError
        this.registered.push(model)
        const { weightsHash, manifestHash, kind } = model
        return { modelId: 7n, ownerId: 20n, kind, weightsHash, manifestHash }
      },
    },
  }

  readonly base: RegisteredModel = {
    modelId: 1n,
    ownerId: 20n,
    kind: 0,
    weightsHash: BASE,
    manifestHash: hash('01'),
  }

  run(spec: unknown = SPEC) {
    const lease: Lease = {
      ...{ jobId: 'job', fence: 1, queue: 'train', key: 'k', leaseSeconds: 15 },
      spec,
    }
    const progress: TrainingProgress[] = []
    const context = {
      signal: new AbortController().signal,
      progress: async (value: unknown) => {
        progress.push(value as TrainingProgress)
        this.jobProgress = value
      },
    }
    return { progress, result: trainJob(this.parts, lease, context) }
  }
}

test('trains on every record of the Datanets and registers what came of it', async () => {
  const world = new World()
  const run = world.run()
  const result = readTrainResult(await run.result)
  assert.deepEqual(world.requests, [
    {
      seed: 5,
      config: { epochs: 3 },
      records: [
        { recordNo: '1', question: 'What is it?', answer: 'A thing.' },
        { recordNo: '2', question: 'Say', answer: 'yes' },
        { recordNo: '3', text: 'Plain text.' },
      ],
    },
  ])
  const snapshots = [
    { datanetId: 1n, snapshotRoot: snapshotRoot(world.of(1n)), lastRecordNo: 2n },
    { datanetId: 2n, snapshotRoot: snapshotRoot(world.of(2n)), lastRecordNo: 3n },
  ]
  assert.deepEqual(world.registered, [
    {
      parentId: 1n,
      kind: 1,
      weightsHash: hash('ad'),
      manifestHash: result.manifestHash,
      snapshots,
    },
  ])
  const manifest = readModelManifest(world.blobs.get(result.manifestHash) as Uint8Array)
  assert.deepEqual(manifest.training, {
    ...{ seed: 5, steps: 9, lossFirst: 3, lossLast: 0.5, seconds: 2 },
    recordNos: ['1', '2', '3'],
  })
  assert.equal(manifest.config?.r, 8)
  assert.deepEqual([manifest.alias, manifest.version, manifest.base], ['guide', 2, BASE])
  assert.deepEqual([result.modelId, result.adapterHash], ['7', hash('ad')])
  const phases = run.progress.map(({ phase }) => phase)
  assert.equal(phases[0], 'freezing')
  assert.equal(phases.at(-1), 'registering')
  const last = run.progress.findLast((state) => state.phase === 'training')
  assert.deepEqual([last?.step, last?.steps], [9, 9])
})

test('an attempt after a finished training does not train again', async () => {
  const world = new World()
  world.registerError = new Error('the chain is away')
  await assert.rejects(world.run().result, /the chain is away/)
  world.registerError = undefined
  world.jobProgress = JSON.parse(JSON.stringify(world.jobProgress))
  const result = await world.run().result
  assert.equal(world.requests.length, 1)
  assert.equal(result.modelId, '7')
})

test('an attempt that was cut off while training begins anew', async () => {
  const world = new World()
  world.trainError = new TypeError('terminated')
  await assert.rejects(world.run().result, TypeError)
  world.trainError = undefined
  await world.run().result
  assert.equal(world.requests.length, 2)
  assert.deepEqual(world.requests[0], world.requests[1])
})

test('says for good what trying again cannot mend, and only that', async () => {
  const fails = async (
    change: (world: World) => unknown,
    kind: new (...args: never[]) => Error,
  ) => {
    const world = new World()
    await assert.rejects(world.run(change(world)).result, kind)
  }
  await fails(() => ({ ...SPEC, alias: 'Not An Alias' }), PermanentFailure)
  await fails(() => ({ ...SPEC, ownerId: '99' }), PermanentFailure)
  await fails(() => ({ ...SPEC, baseModelId: '4' }), TrainingNotReady)
  await fails((world) => {
    world.engineBase = hash('bb')
    return SPEC
  }, PermanentFailure)
  await fails((world) => {
    world.trainError = new EngineError(422, 'bad_config', 'r is 0')
    return SPEC
  }, PermanentFailure)
  await fails((world) => {
    world.trainError = new EngineError(503, 'busy', 'a training is running')
    return SPEC
  }, EngineError)
})
