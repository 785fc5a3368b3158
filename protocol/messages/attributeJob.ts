import { messageReader } from './messageReader.ts'
import {
  COUNT,
  HASH,
  HEX,
  INTEGER,
  type Message,
  NULL,
  PPM,
  type Schema,
  SIGNED,
  TEXT,
} from './schema.ts'
import { SNAPSHOT } from './snapshot.ts'

/** Spec of an `attribute` job; its key is the request id. */
export const ATTRIBUTE_SPEC = {
  type: 'object',
  required: [
    'requestId',
    'inferenceNo',
    'modelId',
    'adapterHash',
    'baseHash',
    'featuresHash',
    'messages',
    'answer',
    'temperature',
    'snapshots',
    'paramsVersion',
  ],
  properties: {
    requestId: TEXT,
    inferenceNo: INTEGER,
    modelId: INTEGER,
    adapterHash: { anyOf: [HASH, NULL] },
    baseHash: HASH,
    featuresHash: { anyOf: [HASH, NULL] },
    messages: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['role', 'content'],
        properties: { role: TEXT, content: TEXT },
      },
    },
    answer: TEXT,
    temperature: { type: 'number', minimum: 0 },
    snapshots: { type: 'array', items: SNAPSHOT },
    paramsVersion: COUNT,
  },
} as const satisfies Schema

const CLUSTER = {
  type: 'object',
  required: ['clusterId', 'accountId', 'recordNo'],
  properties: { clusterId: INTEGER, accountId: INTEGER, recordNo: INTEGER },
} as const satisfies Schema

/** Evidence in its stored JSON form; `evidenceFromJson` reads it. */
export const EVIDENCE = {
  type: 'object',
  required: ['v', 'token', 'gradient'],
  additionalProperties: false,
  properties: {
    v: { const: 1 },
    token: {
      anyOf: [
        {
          type: 'array',
          items: {
            type: 'object',
            required: ['start', 'len', 'bits', 'df', 'clusters'],
            properties: {
              start: COUNT,
              len: COUNT,
              bits: { type: 'integer' },
              df: COUNT,
              clusters: { type: 'array', items: CLUSTER },
            },
          },
        },
        NULL,
      ],
    },
    gradient: {
      anyOf: [
        {
          type: 'array',
          items: {
            type: 'object',
            required: ['recordNo', 'clusterId', 'accountId', 'score'],
            properties: {
              recordNo: INTEGER,
              clusterId: INTEGER,
              accountId: INTEGER,
              score: SIGNED,
            },
          },
        },
        NULL,
      ],
    },
  },
} as const satisfies Schema

/** Result of an `attribute` job. */
export const ATTRIBUTE_RESULT = {
  type: 'object',
  required: ['rhoPpm', 'evidenceRoot', 'evidence', 'vector', 'spans', 'accounts'],
  properties: {
    rhoPpm: PPM,
    evidenceRoot: HASH,
    evidence: EVIDENCE,
    /** 20 bytes an entry. */
    vector: HEX,
    /** Spans in characters of the answer, for pages. */
    spans: {
      type: 'array',
      items: {
        type: 'object',
        required: ['startChar', 'endChar', 'bits', 'df', 'qualified', 'holders'],
        properties: {
          /** UTF-16 code units, the end exclusive. */
          startChar: COUNT,
          endChar: COUNT,
          bits: { type: 'integer' },
          df: COUNT,
          qualified: { type: 'boolean' },
          holders: {
            type: 'array',
            items: {
              type: 'object',
              required: ['recordNo', 'clusterId', 'accountId', 'label'],
              properties: {
                recordNo: INTEGER,
                clusterId: INTEGER,
                accountId: INTEGER,
                label: TEXT,
              },
            },
          },
        },
      },
    },
    /** The vector added up by account, largest first. */
    accounts: {
      type: 'array',
      items: {
        type: 'object',
        required: ['accountId', 'label', 'ppm'],
        properties: { accountId: INTEGER, label: TEXT, ppm: PPM },
      },
    },
  },
} as const satisfies Schema

/** What to attribute. */
export type AttributeSpec = Message<typeof ATTRIBUTE_SPEC>
/** What shaped the answer. */
export type AttributeResult = Message<typeof ATTRIBUTE_RESULT>

/** Checks the spec of an `attribute` job. */
export const readAttributeSpec = messageReader('attribute spec', ATTRIBUTE_SPEC)
/** Checks the result of an `attribute` job. */
export const readAttributeResult = messageReader('attribute result', ATTRIBUTE_RESULT)
