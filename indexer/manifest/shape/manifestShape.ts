import {
  flag,
  integer,
  list,
  mapOf,
  nullable,
  oneOf,
  pattern,
  record,
  type Shape,
  text,
  value,
} from './shape.ts'

const ABI = record({ name: text, file: text })
const WORD = '(0x)?[0-9a-fA-F]{64}'
const TOPICS = nullable(list(pattern('32 bytes as hexadecimal', /^(0x)*[0-9a-fA-F]{0,64}$/)))

const EVENT_HANDLER = record(
  { event: text, handler: text },
  {
    topic0: nullable(pattern('32 bytes as hexadecimal', new RegExp(`^${WORD}$`))),
    topic1: TOPICS,
    topic2: TOPICS,
    topic3: TOPICS,
    receipt: flag,
    calls: mapOf(text),
  },
)

const KINDS_OF_FILTER = record({ kind: oneOf(['call', 'once', 'polling']) })
const POLLING = record({ every: value('a nonzero u32', (every) => isCount(every)) })
const FILTER: Shape = (filter, at) => {
  const problems = KINDS_OF_FILTER(filter, at)
  if (problems.length > 0) return problems
  return (filter as { kind: string }).kind === 'polling' ? POLLING(filter, at) : []
}

const MAPPING = record(
  {
    kind: text,
    apiVersion: text,
    language: text,
    entities: list(text),
    abis: list(ABI),
    file: text,
  },
  {
    blockHandlers: list(record({ handler: text }, { filter: nullable(FILTER) })),
    callHandlers: list(record({ function: text, handler: text })),
    eventHandlers: list(EVENT_HANDLER),
  },
)

const DATA_SOURCE = record(
  {
    name: text,
    source: record(
      { abi: text },
      {
        address: pattern('20 bytes as hexadecimal', /^(0x)*[0-9a-fA-F]{40}$/),
        startBlock: integer,
        endBlock: nullable(integer),
      },
    ),
    mapping: MAPPING,
  },
  { network: nullable(text) },
)

const TEMPLATE = record(
  { name: text, source: record({ abi: text }), mapping: MAPPING },
  { network: nullable(text) },
)

const FILE_TEMPLATE = record(
  {
    name: text,
    mapping: record({
      apiVersion: text,
      language: text,
      file: text,
      handler: text,
      entities: list(text),
    }),
  },
  { network: nullable(text) },
)

const FEATURES = [
  ...['nonFatalErrors', 'grafting', 'fullTextSearch', 'aggregations', 'bytesAsIds'],
  ...['declaredEthCalls', 'immutableEntities', 'ipfsOnEthereumContracts', 'nonDeterministicIpfs'],
]

const PRUNE = value('`never`, `auto` or a number of blocks', (prune) => {
  return prune === 'never' || prune === 'auto' || isBlocks(prune)
})

const GRAFT = record({ base: pattern("a deployment's id", /^\w{0,46}$/), block: integer })

const MANIFEST = record(
  {
    specVersion: pattern('a version such as 1.2.0', /^\d+\.\d+\.\d+$/),
    dataSources: list(ofKind(DATA_SOURCE, record({ name: text }))),
  },
  {
    features: list(oneOf(FEATURES)),
    description: nullable(text),
    repository: nullable(text),
    schema: nullable(record({ file: text })),
    templates: list(ofKind(TEMPLATE, FILE_TEMPLATE)),
    graft: nullable(GRAFT),
    indexerHints: nullable(record({}, { prune: nullable(PRUNE) })),
  },
)

/** What about a manifest is missing or of another type than it must be. */
export function shapeProblems(yaml: unknown): string[] {
  return MANIFEST(yaml, '')
}

/**
 * A source of the chain's kinds, or of files; of further ones nothing but the kind is known here.
 */
function ofKind(shape: Shape, ofFiles: Shape): Shape {
  const known = record({ kind: text })
  return (source, at) => {
    const problems = known(source, at)
    if (problems.length > 0) return problems
    const { kind } = source as { kind: string }
    if (kind === 'ethereum' || kind === 'ethereum/contract') return shape(source, at)
    if (kind === 'file/ipfs' || kind === 'file/arweave') return ofFiles(source, at)
    if (kind === 'subgraph' || kind === 'amp') return []
    return [`${at}: data source has invalid \`kind\`; expected ethereum, file/ipfs`]
  }
}

function isCount(every: unknown): boolean {
  return Number.isInteger(every) && Number(every) >= 1 && Number(every) < 2 ** 32
}

function isBlocks(prune: unknown): boolean {
  const blocks = typeof prune === 'string' && /^[+-]?\d+$/.test(prune) ? Number(prune) : prune
  return Number.isInteger(blocks) && (Number(blocks) | 0) === blocks
}
