import { messageReader } from './messageReader.ts'
import { COUNT, HASH, INTEGER, type Message, NULL, type Schema, TEXT } from './schema.ts'
import { SNAPSHOT } from './snapshot.ts'

/** Spec of a `train` job. */
export const TRAIN_SPEC = {
  type: 'object',
  required: [
    'v',
    'alias',
    'version',
    'baseModelId',
    'ownerId',
    'datanetIds',
    'seed',
    'config',
    'licence',
  ],
  properties: {
    v: { const: 1 },
    alias: { type: 'string', pattern: '^[a-z0-9][a-z0-9._-]{0,63}$' },
    version: { type: 'integer', minimum: 1 },
    baseModelId: INTEGER,
    /** Account that will own the model; null: the worker's. */
    ownerId: { anyOf: [INTEGER, NULL] },
    datanetIds: { type: 'array', minItems: 1, items: INTEGER },
    seed: COUNT,
    /** Null: the engine's defaults. Fields left out: likewise. */
    config: {
      anyOf: [
        {
          type: 'object',
          required: [],
          properties: {
            r: COUNT,
            alpha: COUNT,
            epochs: COUNT,
            learningRate: { type: 'number', minimum: 0 },
            layers: { type: 'array', items: COUNT },
            targets: { type: 'array', items: TEXT },
          },
        },
        NULL,
      ],
    },
    licence: TEXT,
  },
} as const satisfies Schema

/** Result of a `train` job. */
export const TRAIN_RESULT = {
  type: 'object',
  required: [
    'v',
    'modelId',
    'adapterHash',
    'weightsHash',
    'manifestHash',
    'featuresHash',
    'snapshots',
    'lossFirst',
    'lossLast',
    'seconds',
  ],
  properties: {
    v: { const: 1 },
    modelId: INTEGER,
    adapterHash: HASH,
    weightsHash: HASH,
    manifestHash: HASH,
    featuresHash: { anyOf: [HASH, NULL] },
    snapshots: { type: 'array', minItems: 1, items: SNAPSHOT },
    lossFirst: { type: 'number' },
    lossLast: { type: 'number' },
    seconds: { type: 'number', minimum: 0 },
  },
} as const satisfies Schema

/** What to train. */
export type TrainSpec = Message<typeof TRAIN_SPEC>
/** What was trained. */
export type TrainResult = Message<typeof TRAIN_RESULT>

/** Checks the spec of a `train` job. */
export const readTrainSpec = messageReader('train spec', TRAIN_SPEC)
/** Checks the result of a `train` job. */
export const readTrainResult = messageReader('train result', TRAIN_RESULT)
