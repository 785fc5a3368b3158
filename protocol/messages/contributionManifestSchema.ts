import { COUNT, HASH, type Schema } from './schema.ts'

/** The manifest of a contribution in the content store; `readContributionManifest` reads it. */
export const CONTRIBUTION_MANIFEST = {
  type: 'object',
  required: ['v', 'records'],
  additionalProperties: false,
  properties: {
    v: { const: 1 },
    records: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['recordId', 'byteLength', 'leaf'],
        additionalProperties: false,
        properties: { recordId: HASH, byteLength: COUNT, leaf: HASH },
      },
    },
  },
} as const satisfies Schema
