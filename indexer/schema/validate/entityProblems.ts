import { type ConstDirectiveNode, Kind, type ObjectTypeDefinitionNode } from 'graphql'
import { compareVersions } from '../../manifest/version.ts'
import { idTypeOf } from './idTypeOf.ts'
import { argument, directive, fieldOf, type SchemaDocument } from './schemaDocument.ts'
import { timestampProblem } from './timestampProblem.ts'

/** What is wrong with the arguments of `@entity`: the first problem of each type. */
export function entityDirectives(schema: SchemaDocument): string[] {
  return schema.entities.flatMap((node) => {
    const problem = directiveProblem(node)
    return problem === null ? [] : [problem]
  })
}

/** What is wrong with the ids of entities. */
export function entityIds(schema: SchemaDocument, specVersion: string): string[] {
  return schema.entities.flatMap((node) => {
    if (!fieldOf(node, 'id')) return [`Type ${node.name.value} is missing an \`id\` field`]
    const type = idTypeOf(node)
    if (typeof type === 'object') return [type.problem]
    if (type !== 'Int8' || compareVersions(specVersion, '1.1.0') >= 0) return []
    return [
      'Using Int8 as the type for the `id` field is not supported with spec version ' +
        `${specVersion}; please migrate the subgraph to the latest version`,
    ]
  })
}

function directiveProblem(node: ObjectTypeDefinitionNode): string | null {
  const name = node.name.value
  const entity = directive(node, 'entity') as ConstDirectiveNode
  const flags: Record<string, boolean | null> = {}
  for (const flag of ['timeseries', 'immutable', 'skipDuplicates']) {
    const value = argument(entity, flag)
    if (value !== undefined && value.kind !== Kind.BOOLEAN) {
      return `The \`${flag}\` argument of the @entity directive must be a boolean`
    }
    flags[flag] = value?.value ?? null
  }
  const timeseries = flags.timeseries === true
  const immutable = flags.immutable ?? timeseries
  if (flags.skipDuplicates === true && !immutable) {
    return `Entity type \`${name}\` has skipDuplicates: true but is not immutable; skipDuplicates requires immutable: true`
  }
  if (!timeseries) return null
  if (!immutable) return `Timeseries ${name} is marked as mutable, it must be immutable`
  if (!fieldOf(node, 'id')) return `Type ${name} is missing an \`id\` field`
  if (idTypeOf(node) !== 'Int8') {
    return `Timeseries \`${name}\` must have an \`id\` field of type \`Int8\``
  }
  return timestampProblem(node)
}
