import { aggregationProblems } from './aggregationProblems.ts'
import { derivedFromProblem } from './derivedFromProblem.ts'
import { entityDirectives, entityIds } from './entityProblems.ts'
import { fulltextProblems } from './fulltextProblems.ts'
import type { SchemaDocument } from './schemaDocument.ts'
import {
  extraTypes,
  interfaceIds,
  reservedTypes,
  schemaTypeProblems,
  unknownFieldTypes,
} from './typeProblems.ts'

/** What graph-node has against a schema, in its order and its words. */
export function schemaProblems(schema: SchemaDocument, specVersion: string): string[] {
  return [
    ...extraTypes(schema),
    ...derivedFromProblem(schema),
    ...schemaTypeProblems(schema),
    ...reservedTypes(schema),
    ...interfaceIds(schema),
    ...entityDirectives(schema),
    ...entityIds(schema, specVersion),
    ...unknownFieldTypes(schema),
    ...fulltextProblems(schema),
    ...aggregationProblems(schema, specVersion),
  ]
}
