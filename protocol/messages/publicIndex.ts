import { messageReader } from './messageReader.ts'
import { COUNT, HASH, INTEGER, type Message, type Schema } from './schema.ts'

/**
 * Answer of `GET /v1/index/segments?datanetId=`: where the tokens of a Datanet's records lie in the
 * content store, and the cluster of each record that is not alone in its own. tokenizer.json lies
 * in the content store too, under `tokenizerHash`.
 */
export const PUBLIC_INDEX = {
  type: 'object',
  required: ['datanetId', 'segments', 'clusters'],
  properties: {
    datanetId: INTEGER,
    segments: {
      type: 'array',
      items: {
        type: 'object',
        required: [
          'tokenizerHash',
          'seq',
          'firstRecordNo',
          'lastRecordNo',
          'tokens',
          'manifestHash',
        ],
        properties: {
          tokenizerHash: HASH,
          seq: INTEGER,
          firstRecordNo: INTEGER,
          lastRecordNo: INTEGER,
          tokens: COUNT,
          /** The segment's blob. */
          manifestHash: HASH,
        },
      },
    },
    clusters: {
      type: 'array',
      items: {
        type: 'object',
        required: ['recordNo', 'clusterId'],
        properties: { recordNo: INTEGER, clusterId: INTEGER },
      },
    },
  },
} as const satisfies Schema

/** Where a Datanet's tokens lie. */
export type PublicIndex = Message<typeof PUBLIC_INDEX>

/** Checks the answer of `GET /v1/index/segments`. */
export const readPublicIndex = messageReader('public index', PUBLIC_INDEX)
