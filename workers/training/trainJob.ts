import { prefixedHash } from '@tributary/protocol/hashes/bareHash'
import type { TrainDone } from '@tributary/protocol/messages/engineMessages'
import { readTrainDone } from '@tributary/protocol/messages/engineMessages'
import { MessageError } from '@tributary/protocol/messages/messageReader'
import { modelManifestBytes } from '@tributary/protocol/messages/modelManifest'
import type { SnapshotJson } from '@tributary/protocol/messages/snapshot'
import { snapshotFromJson, snapshotToJson } from '@tributary/protocol/messages/snapshot'
import type { TrainResult, TrainSpec } from '@tributary/protocol/messages/trainJob'
import { readTrainSpec } from '@tributary/protocol/messages/trainJob'
import type { ContentStore } from '@tributary/storage/client/contentStore'
import type { EngineClient } from '../engine-client/engineClient.ts'
import { EngineError } from '../engine-client/engineClient.ts'
import type { FetchedRecord } from '../ingest/bodies/fetchContribution.ts'
import { fetchContribution } from '../ingest/bodies/fetchContribution.ts'
import { PermanentFailure } from '../jobs/errors.ts'
import type { JobsClient, Lease } from '../jobs/jobsClient.ts'
import type { LeaseContext } from '../jobs/workLeases.ts'
import { TrainingNotReady } from './errors.ts'
import type { ModelRegistry, RegisteredModel } from './registration/modelRegistry.ts'
import type { SnapshotSource } from './snapshots/freezeSnapshot.ts'
import { freezeSnapshot } from './snapshots/freezeSnapshot.ts'
import { trainingRecord } from './snapshots/trainingRecord.ts'

/** Whom a training talks to. */
export interface TrainingParts {
  jobs: Pick<JobsClient, 'read'>
  source: SnapshotSource
  content: Pick<ContentStore, 'get' | 'getSalt' | 'put'>
  engine: Pick<EngineClient, 'health' | 'train'>
  registry: ModelRegistry
}

/** What the engine has made, kept with the job: a later attempt need not train again. */
interface Trained {
  done: TrainDone
  steps: number
  snapshots: SnapshotJson[]
  recordNos: string[]
}

/** Progress of a `train` job, as its streams show it. */
export type TrainingProgress =
  | { phase: 'freezing' }
  | {
      phase: 'training'
      records: number
      step: number
      steps: number
      loss: number
      tokensPerSecond: number
    }
  | { phase: 'registering'; trained: Trained }

/** Milliseconds between two reports of progress. */
const REPORT_MS = 500

/**
 * One `train` job: freeze the Datanets, train, store the manifest, register the adapter on chain
 * and wait until that is final. An attempt that follows a killed one trains again from the same
 * seed, or, if training was over, goes on with what it made.
 */
export async function trainJob(
  parts: TrainingParts,
  lease: Lease,
  context: LeaseContext,
): Promise<TrainResult> {
  const spec = readSpec(lease.spec)
  const base = await findBase(parts, spec)
  const earlier = trainedBefore((await parts.jobs.read(lease.jobId)).progress)
  const trained = earlier ?? (await train(parts, spec, context))
  if (earlier === undefined) await context.progress({ phase: 'registering', trained })

  const model = await register(parts, spec, base, trained, context.signal)
  const { done } = trained
  return {
    v: 1,
    modelId: model.modelId.toString(),
    adapterHash: prefixedHash(done.adapterHash),
    weightsHash: prefixedHash(done.weightsHash),
    manifestHash: model.manifestHash,
    featuresHash: done.featuresHash === null ? null : prefixedHash(done.featuresHash),
    snapshots: trained.snapshots,
    lossFirst: done.lossFirst,
    lossLast: done.lossLast,
    seconds: done.seconds,
  }
}

function readSpec(spec: unknown): TrainSpec {
  try {
    return readTrainSpec(spec)
  } catch (error) {
    if (error instanceof MessageError) throw new PermanentFailure(error.message, error)
    throw error
  }
}

/** The base model that the job names must be the one that this engine runs. */
async function findBase(parts: TrainingParts, spec: TrainSpec): Promise<RegisteredModel> {
  const base = await parts.registry.read(BigInt(spec.baseModelId))
  if (base === undefined) {
    throw new TrainingNotReady(
      `model ${spec.baseModelId} is not in a finalized block`,
      'If it was registered moments ago, it soon will be.',
    )
  }
  const running = prefixedHash((await parts.engine.health()).base.hash)
  if (base.weightsHash !== running) {
    throw new PermanentFailure(
      `model ${spec.baseModelId} has weights ${base.weightsHash}, but the engine runs ${running}`,
    )
  }
  if (spec.ownerId !== null) {
    const owner = await parts.registry.ownerId()
    if (owner?.toString() !== spec.ownerId) {
      throw new PermanentFailure(
        `account ${spec.ownerId} cannot own the model: this worker registers for account ` +
          `${owner ?? '(none yet)'} alone; leave ownerId out`,
      )
    }
  }
  return base
}

async function train(
  parts: TrainingParts,
  spec: TrainSpec,
  { signal, progress }: LeaseContext,
): Promise<Trained> {
  await progress({ phase: 'freezing' })
  // Rising Datanet numbers, as the chain wants them, and each once.
  const ids = [...new Set(spec.datanetIds.map(BigInt))].sort((a, b) => (a < b ? -1 : 1))
  const snapshots: SnapshotJson[] = []
  const records: FetchedRecord[] = []
  for (const datanetId of ids) {
    const snapshot = await freezeSnapshot(parts.source, datanetId, signal)
    snapshots.push(snapshotToJson(snapshot))
    for (const contribution of snapshot.contributions) {
      signal.throwIfAborted()
      records.push(...(await fetchContribution(parts.content, contribution)))
    }
  }

  let steps = 0
  let reported = 0
  let report: Promise<void> = Promise.resolve()
  const request = {
    seed: spec.seed,
    records: records.map(trainingRecord),
    config: spec.config ?? {},
  }
  const done = await parts.engine
    .train(
      request,
      (now) => {
        steps = now.steps
        if (now.step < now.steps && Date.now() - reported < REPORT_MS) return
        reported = Date.now()
        const state: TrainingProgress = { phase: 'training', records: records.length, ...now }
        report = report.then(() => progress(state))
      },
      signal,
    )
    .catch((error: unknown) => {
      throw isRefusal(error) ? new PermanentFailure(error.message, error) : error
    })
  await report
  const recordNos = records.map(({ recordNo }) => recordNo.toString())
  return { done, steps, snapshots, recordNos }
}

/** Whether the engine has said no for good; busy, away or broken engines are tried again. */
function isRefusal(error: unknown): error is EngineError {
  return error instanceof EngineError && (error.status === 400 || error.status === 422)
}

async function register(
  { content, registry }: TrainingParts,
  spec: TrainSpec,
  base: RegisteredModel,
  { done, steps, snapshots, recordNos }: Trained,
  signal: AbortSignal,
): Promise<RegisteredModel> {
  const adapter = prefixedHash(done.adapterHash)
  const features =
    done.featuresHash === null
      ? null
      : { hash: prefixedHash(done.featuresHash), method: done.features.method }
  const { lossFirst, lossLast, seconds } = done
  const manifestHash = await content.put(
    modelManifestBytes({
      v: 1,
      kind: 'adapter',
      alias: spec.alias,
      version: spec.version,
      base: base.weightsHash,
      adapter,
      datanets: snapshots,
      config: JSON.parse(done.configJson),
      features,
      training: { seed: spec.seed, steps, lossFirst, lossLast, recordNos, seconds },
      licence: spec.licence,
    }),
  )
  return registry.register(
    {
      parentId: base.modelId,
      kind: 1,
      weightsHash: adapter,
      manifestHash,
      snapshots: snapshots.map(snapshotFromJson),
    },
    signal,
  )
}

function trainedBefore(progress: unknown): Trained | undefined {
  const state = progress as TrainingProgress | null
  if (state?.phase !== 'registering') return undefined
  return { ...state.trained, done: readTrainDone(state.trained.done) }
}
