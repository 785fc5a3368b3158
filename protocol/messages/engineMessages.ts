import { messageReader } from './messageReader.ts'
import { COUNT, INTEGER, type Message, NULL, PPM, type Schema, SIGNED, TEXT } from './schema.ts'

/** Hashes on the engine's wire come bare or prefixed; `prefixedHash` brings them to one form. */
const ANY_HASH = {
  type: 'string',
  pattern: '^(0x|sha256:)?[0-9a-f]{64}$',
} as const satisfies Schema

const OFFSETS = {
  type: 'array',
  items: { type: 'array', minItems: 2, maxItems: 2, items: COUNT },
} as const satisfies Schema

/** Answer of `GET /health`. */
export const ENGINE_HEALTH = {
  type: 'object',
  required: ['ok', 'base'],
  properties: {
    ok: { type: 'boolean' },
    base: {
      type: 'object',
      required: ['hash', 'tokenizerHash', 'name', 'layers', 'parameters'],
      properties: {
        hash: ANY_HASH,
        tokenizerHash: ANY_HASH,
        name: TEXT,
        layers: COUNT,
        parameters: { type: 'integer', minimum: 0 },
      },
    },
  },
} as const satisfies Schema

/** Answer of `POST /internal/tokenize`: for each text its ids, and their UTF-16 ranges. */
export const TOKENIZE_RESULT = {
  type: 'object',
  required: ['ids', 'offsets'],
  properties: {
    ids: { type: 'array', items: { type: 'array', items: COUNT } },
    offsets: { type: 'array', items: OFFSETS },
  },
} as const satisfies Schema

/** `progress` event of `POST /internal/train`. */
export const TRAIN_PROGRESS = {
  type: 'object',
  required: ['step', 'steps', 'loss', 'tokensPerSecond'],
  properties: {
    step: COUNT,
    steps: COUNT,
    loss: { type: 'number' },
    tokensPerSecond: { type: 'number' },
  },
} as const satisfies Schema

/** `done` event of `POST /internal/train`. */
export const TRAIN_DONE = {
  type: 'object',
  required: [
    'adapterHash',
    'weightsHash',
    'configJson',
    'featuresHash',
    'features',
    'lossFirst',
    'lossLast',
    'seconds',
  ],
  properties: {
    adapterHash: ANY_HASH,
    weightsHash: ANY_HASH,
    /** The adapter's config as it stands in its descriptor. */
    configJson: TEXT,
    featuresHash: { anyOf: [ANY_HASH, NULL] },
    features: {
      type: 'object',
      required: ['records', 'method'],
      properties: { records: COUNT, method: TEXT },
    },
    lossFirst: { type: 'number' },
    lossLast: { type: 'number' },
    seconds: { type: 'number', minimum: 0 },
  },
} as const satisfies Schema

/** Answer of `POST /internal/influence`. */
export const INFLUENCE_RESULT = {
  type: 'object',
  required: [
    'rhoPpm',
    'answerTokens',
    'logprobBase',
    'logprobAdapter',
    'answerTokenIds',
    'answerOffsets',
    'scores',
  ],
  properties: {
    rhoPpm: PPM,
    answerTokens: COUNT,
    /** Nats over the whole answer. */
    logprobBase: { type: 'number' },
    logprobAdapter: { type: 'number' },
    answerTokenIds: { type: 'array', items: COUNT },
    answerOffsets: OFFSETS,
    scores: {
      type: 'array',
      items: {
        type: 'object',
        required: ['recordNo', 'score'],
        properties: {
          recordNo: INTEGER,
          /** Fixed point, 1e-9 units. */
          score: SIGNED,
        },
      },
    },
  },
} as const satisfies Schema

/** What the engine is. */
export type EngineHealth = Message<typeof ENGINE_HEALTH>
/** Texts as tokens. */
export type TokenizeResult = Message<typeof TOKENIZE_RESULT>
/** How far training is. */
export type TrainProgress = Message<typeof TRAIN_PROGRESS>
/** What training made. */
export type TrainDone = Message<typeof TRAIN_DONE>
/** What records did to an answer. */
export type InfluenceResult = Message<typeof INFLUENCE_RESULT>

/** Checks the answer of `GET /health`. */
export const readEngineHealth = messageReader('engine health', ENGINE_HEALTH)
/** Checks the answer of `POST /internal/tokenize`. */
export const readTokenizeResult = messageReader('tokenize result', TOKENIZE_RESULT)
/** Checks a `progress` event. */
export const readTrainProgress = messageReader('training progress', TRAIN_PROGRESS)
/** Checks a `done` event. */
export const readTrainDone = messageReader('training result', TRAIN_DONE)
/** Checks the answer of `POST /internal/influence`. */
export const readInfluenceResult = messageReader('influence result', INFLUENCE_RESULT)
