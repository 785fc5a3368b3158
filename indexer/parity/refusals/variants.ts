import { MANIFEST_VARIANTS } from './manifestVariants.ts'
import { SCHEMA_VARIANTS } from './schemaVariants.ts'
import type { Variant } from './variant.ts'

/** Subgraphs of which most have one fault each. */
export const VARIANTS: readonly Variant[] = [...MANIFEST_VARIANTS, ...SCHEMA_VARIANTS]
