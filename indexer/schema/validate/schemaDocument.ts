import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type DefinitionNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  isTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type TypeDefinitionNode,
  type TypeNode,
} from 'graphql'

/** The type in which a schema says which searches there are. */
export const SCHEMA_TYPE = '_Schema_'

/** A type with fields. */
export type FieldedNode = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode

/** The definitions of a schema, as the rules for them look at it. */
export class SchemaDocument {
  readonly types: readonly TypeDefinitionNode[]
  readonly objects: readonly ObjectTypeDefinitionNode[]
  readonly interfaces: readonly InterfaceTypeDefinitionNode[]
  readonly entities: readonly ObjectTypeDefinitionNode[]
  readonly aggregations: readonly ObjectTypeDefinitionNode[]
  readonly #fielded: ReadonlyMap<string, FieldedNode>

  constructor(definitions: readonly DefinitionNode[]) {
    this.types = definitions.filter(isTypeDefinitionNode)
    this.objects = this.types.filter((node) => node.kind === Kind.OBJECT_TYPE_DEFINITION)
    this.interfaces = this.types.filter((node) => node.kind === Kind.INTERFACE_TYPE_DEFINITION)
    this.entities = this.objects.filter((node) => directive(node, 'entity'))
    this.aggregations = this.objects.filter((node) => directive(node, 'aggregation'))
    this.#fielded = new Map(
      [...this.objects, ...this.interfaces].map((node) => [node.name.value, node]),
    )
  }

  /** The object type or interface of a name. */
  fielded(name: string): FieldedNode | undefined {
    return this.#fielded.get(name)
  }

  interface(name: string): InterfaceTypeDefinitionNode | undefined {
    return this.interfaces.find((node) => node.name.value === name)
  }

  has(name: string): boolean {
    return this.types.some((node) => node.name.value === name)
  }

  /** The searches that the schema declares. */
  get schemaType(): ObjectTypeDefinitionNode | undefined {
    return this.objects.find((node) => node.name.value === SCHEMA_TYPE)
  }

  implementers(name: string): ObjectTypeDefinitionNode[] {
    return this.objects.filter((node) => node.interfaces?.some((i) => i.name.value === name))
  }
}

/** A type's name without what makes lists of it. */
export function baseType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : baseType(type.type)
}

export function fieldOf(node: FieldedNode, name: string): FieldDefinitionNode | undefined {
  return node.fields?.find((field) => field.name.value === name)
}

export function directive(
  node: { readonly directives?: readonly ConstDirectiveNode[] | undefined },
  name: string,
): ConstDirectiveNode | undefined {
  return node.directives?.find((given) => given.name.value === name)
}

export function argument(node: ConstDirectiveNode, name: string): ConstValueNode | undefined {
  return node.arguments?.find((arg) => arg.name.value === name)?.value
}
