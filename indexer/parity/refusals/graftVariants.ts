import type { Variant } from './variant.ts'

/** Cases that the variants below are grafted onto, by what they are for. */
const [HEALTHY, UNHEALTHY, FAILED] = ['scalars', 'nonfatal', 'failing-00']

export const GRAFT_BASES: readonly string[] = [HEALTHY, UNHEALTHY, FAILED]

/** The id of a text that nobody deploys. */
const NOTHING = 'QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG'

/** Where a graft is made, and what else of the subgraph is other than of one without fault. */
interface GraftVariant extends Omit<Variant, 'set'> {
  /** Name of a case, or an id. */
  readonly base?: string
  readonly block: number
  readonly features?: readonly string[]
}

/** `Owner` of the healthy case with other fields. */
function owner(name: string, fields: string, more = ''): GraftVariant {
  const schema = `${more} type Owner @entity(immutable: false) { ${fields} }`
  return { name: `graft with ${name}`, block: 100, schema }
}

function sample(name: string, fields: string, more = ''): GraftVariant {
  const schema = `${more} type Sample @entity(immutable: false) { id: ID! ${fields} }`
  return { name: `graft with ${name}`, block: 100, schema }
}

const GRAFTS: readonly GraftVariant[] = [
  { name: 'graft without fault', block: 100 },
  { name: 'graft onto nothing', base: NOTHING, block: 100 },
  { name: 'graft that is not declared', block: 100, features: [] },
  { name: 'graft onto nothing that is not declared', base: NOTHING, block: 100, features: [] },
  { name: 'graft beyond the head', block: 421 },
  { name: 'graft at the head', block: 420 },
  { name: 'graft near the head', block: 171 },
  { name: 'graft far enough from the head', block: 170 },
  { name: 'graft before the start', block: -1 },
  { name: 'graft at the head of an unhealthy one', base: UNHEALTHY, block: 420 },
  { name: 'graft near the head of an unhealthy one', base: UNHEALTHY, block: 419 },
  { name: 'graft after a failure', base: FAILED, block: 419 },
  owner('the same fields', 'id: Bytes! name: String! rank: Int!'),
  owner('fewer fields', 'id: Bytes!'),
  owner('more fields', 'id: Bytes! more: [Int!]'),
  owner('more fields that must be', 'id: Bytes! more: Int! name: BigInt!'),
  owner('another type of id', 'id: ID!'),
  owner('another type', 'id: Bytes! rank: BigInt!'),
  owner('a list', 'id: Bytes! rank: [Int!]!'),
  sample('a value that must be', 'maybeSmall: Int!'),
  sample('no list', 'smalls: Int!'),
  sample('another list', 'smalls: [BigInt!]!'),
  sample('a reference that is none', 'owner: Bytes! group: String'),
  sample('a text for a value of an enum', 'shade: String!'),
  sample('a value of an enum for a text', 'text: Shade!', 'enum Shade { DARK }'),
  sample('more values of an enum', 'shade: Shade!', 'enum Shade { PALE DARK LIGHT NONE }'),
  sample('fewer values of an enum', 'shade: Shade!', 'enum Shade { PALE DARK }'),
  sample('an enum of another name', 'shade: Tone!', 'enum Tone { PALE DARK LIGHT }'),
]

/**
 * Subgraphs that are grafted onto cases, most of which may not be.
 *
 * @param ids of the cases' deployments.
 */
export function graftVariants(ids: ReadonlyMap<string, string>): readonly Variant[] {
  return GRAFTS.map(({ base = HEALTHY, block, features = ['grafting'], ...variant }) => ({
    ...variant,
    set: { graft: { base: ids.get(base) ?? base, block }, features },
  }))
}
