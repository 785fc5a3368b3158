import { rootFieldNames } from '../../names/rootFieldNames.ts'
import type { EntityModel } from '../../schema/entityModel.ts'
import { BLOCK_ARGUMENT, SUBGRAPH_ERROR_ARGUMENT } from './apiSdl.ts'

/** Root field that pages through the entities of a type. No type's own root field begins so. */
export function pageFieldName(typeName: string): string {
  return `_${rootFieldNames(typeName).plural}Page`
}

export function pageTypeName(typeName: string): string {
  return `_${typeName}Page_`
}

/**
 * What this host's API has beside graph-node's: pages with cursors and a count of each entity and
 * interface, and how far the chain is settled.
 */
export function extensionSdl(model: EntityModel): string {
  const types = [...model.entities, ...model.interfaces].map(({ name }) => name)
  const fields = types.map((name) => {
    const args = [
      '"How many entities the page holds at most" first: Int = 100',
      '"The `endCursor` of the page before this one" after: String',
      `orderBy: ${name}_orderBy`,
      'orderDirection: OrderDirection',
      `where: ${name}_filter`,
      BLOCK_ARGUMENT,
      SUBGRAPH_ERROR_ARGUMENT,
    ]
    return `${pageFieldName(name)}(${args.join(', ')}): ${pageTypeName(name)}!`
  })
  const pages = types.map(
    (name) => `type ${pageTypeName(name)} {
  "How many entities there are on all pages together"
  totalCount: Int!
  nodes: [${name}!]!
  pageInfo: _PageInfo_!
}`,
  )
  return `${pages.join('\n\n')}

type _PageInfo_ {
  "What to give as \`after\` to come to the next page; null on an empty page"
  endCursor: String
  hasNextPage: Boolean!
}

"How far the chain is settled, as numbers of blocks"
type _Finality_ {
  "Blocks up to this one go only if the chain underneath is reorganized"
  safe: Int!
  "Blocks up to this one never go"
  finalized: Int!
}

extend type _Meta_ {
  "Null before the chain was looked at"
  finality: _Finality_
}
${fields.length === 0 ? '' : `\nextend type Query {\n  ${fields.join('\n  ')}\n}\n`}`
}
