import { canonicalBytes } from '../encoding/canonicalJson.ts'
import { messageReader } from './messageReader.ts'
import { COUNT, HASH, INTEGER, type Message, NULL, type Schema, TEXT } from './schema.ts'
import { SNAPSHOT } from './snapshot.ts'

/** The shape of a LoRA adapter in messages. */
export const ADAPTER_CONFIG = {
  type: 'object',
  required: ['r', 'alpha', 'targets', 'layers', 'dropout'],
  additionalProperties: false,
  properties: {
    r: COUNT,
    alpha: { type: 'number' },
    targets: { type: 'array', items: TEXT },
    layers: { type: 'array', items: COUNT },
    dropout: { type: 'number' },
  },
} as const satisfies Schema

/** The manifest of a model in the content store: what it is and how it came about. */
export const MODEL_MANIFEST = {
  type: 'object',
  required: [
    'v',
    'kind',
    'alias',
    'version',
    'base',
    'adapter',
    'datanets',
    'config',
    'features',
    'training',
    'licence',
  ],
  additionalProperties: false,
  properties: {
    v: { const: 1 },
    kind: { enum: ['adapter', 'base'] },
    /** Name by which people ask for it. */
    alias: { type: 'string', pattern: '^[a-z0-9][a-z0-9._-]{0,63}$' },
    version: { type: 'integer', minimum: 1 },
    /** baseHash. */
    base: HASH,
    /** adapterHash; null for a base model. */
    adapter: { anyOf: [HASH, NULL] },
    datanets: { type: 'array', items: SNAPSHOT },
    config: { anyOf: [ADAPTER_CONFIG, NULL] },
    /** Per-record gradient features in the content store. */
    features: {
      anyOf: [
        {
          type: 'object',
          required: ['hash', 'method'],
          additionalProperties: false,
          properties: { hash: HASH, method: TEXT },
        },
        NULL,
      ],
    },
    training: {
      anyOf: [
        {
          type: 'object',
          required: ['seed', 'steps', 'lossFirst', 'lossLast', 'recordNos', 'seconds'],
          additionalProperties: false,
          properties: {
            seed: COUNT,
            steps: COUNT,
            lossFirst: { type: 'number' },
            lossLast: { type: 'number' },
            /** In the order in which they were given to training. */
            recordNos: { type: 'array', items: INTEGER },
            seconds: { type: 'number', minimum: 0 },
          },
        },
        NULL,
      ],
    },
    /** SPDX licence expression. */
    licence: TEXT,
  },
} as const satisfies Schema

/** What a model is and how it came about. */
export type ModelManifest = Message<typeof MODEL_MANIFEST>

const check = messageReader('model manifest', MODEL_MANIFEST)

/** Reads a model manifest from its bytes. */
export function readModelManifest(bytes: Uint8Array): ModelManifest {
  return check(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))
}

/** The bytes of a model manifest: RFC 8785 JSON. Their SHA-256 is its hash on chain. */
export function modelManifestBytes(manifest: ModelManifest): Uint8Array {
  return canonicalBytes(check(manifest))
}
