import { BASE_MANIFEST } from './base.ts'
import type { Variant } from './variant.ts'

const BLOCK_HANDLERS = 'dataSources.0.mapping.blockHandlers'
const EVENT_HANDLERS = 'dataSources.0.mapping.eventHandlers'
const TEMPLATE_API = 'templates.0.mapping.apiVersion'
const [HANDLER] = BASE_MANIFEST.dataSources[0].mapping.eventHandlers
const API = 'dataSources.0.mapping.apiVersion'

/** A source of files, where `set` puts it. */
const FILE = {
  kind: 'file/ipfs',
  name: 'Note',
  source: { file: 'abi.json' },
  mapping: {
    kind: 'file',
    apiVersion: '0.0.9',
    language: 'wasm/assemblyscript',
    entities: ['Account'],
    abis: [],
    handler: 'handleNote',
    file: 'mapping.wasm',
  },
}

/** A module that imports a function without parameters of a name. */
function importing(name: string): Uint8Array {
  const text = (value: string) => [value.length, ...Buffer.from(value)]
  const imported = [1, ...text('index'), ...text(name), 0, 0]
  const section = (id: number, content: number[]) => [id, content.length, ...content]
  const types = section(1, [1, 0x60, 0, 0])
  return Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...types, ...section(2, imported))
}

function source(name: string, set: Readonly<Record<string, unknown>>): Variant {
  const paths = Object.entries(set).map(([path, value]) => [`dataSources.0.${path}`, value])
  return { name, set: Object.fromEntries(paths) }
}

function ownWords(variant: Variant): Variant {
  return { ...variant, ownWords: true }
}

/** Declared calls by what is wrong with them. */
const CALLS: Readonly<Record<string, string>> = {
  'no address': 'Token.balanceOf(event.params.to)',
  'no contract': '[event.address].balanceOf(event.params.to)',
  'address not closed': 'Token[event.address.balanceOf(event.params.to)',
  'empty address': 'Token[].balanceOf(event.params.to)',
  'no function': 'Token[event.address]',
  'no arguments': 'Token[event.address].balanceOf',
  'empty function': 'Token[event.address].(event.params.to)',
  'arguments not closed': 'Token[event.address].balanceOf(event.params.to',
  'address of an entity': 'Token[entity.token].balanceOf(event.params.to)',
  'argument of an entity': 'Token[event.address].balanceOf(entity.owner)',
  'address that is none': 'Token[0x12].balanceOf(event.params.to)',
  'argument that is none': 'Token[event.address].balanceOf(5)',
  'of the block': 'Token[event.block].balanceOf(event.params.to)',
  'of all parameters': 'Token[event.address].balanceOf(event.params)',
  'of the address of an address': 'Token[event.address.x].balanceOf(event.params.to)',
  'inside a parameter': 'Token[event.params.to.owner].balanceOf(event.params.to)',
  'of an ABI that there is not': 'Coin[event.address].balanceOf(event.params.to)',
  'of a function that there is not': 'Token[event.address].balance(event.params.to)',
}

/** Manifests that break a rule, and some that look as if they did. */
export const MANIFEST_VARIANTS: readonly Variant[] = [
  { name: 'nothing wrong' },
  { name: 'end before start', set: { 'dataSources.0.source.endBlock': 0 } },
  source('no address without block handlers', { 'source.address': undefined }),
  { name: 'template without network', set: { 'templates.0.network': undefined } },

  { name: 'no data sources', set: { dataSources: [] } },
  { name: 'data sources missing', set: { dataSources: undefined } },
  { name: 'kind of no chain', set: { 'dataSources.0.kind': 'bitcoin/blocks' } },
  { name: 'file as the first data source', set: { 'dataSources.0.kind': 'file/ipfs' } },
  ownWords({ name: 'no YAML', manifest: 'specVersion: [' }),
  ownWords({ name: 'a text for a manifest', manifest: 'nothing' }),
  ownWords({ name: 'kind of a template', set: { 'templates.0.kind': 'ethereum/other' } }),
  ownWords({ name: 'kind of a data source', set: { 'dataSources.0.kind': 'ethereum/other' } }),

  { name: 'file as a data source', set: { 'dataSources.1': FILE } },
  { name: 'file as a template', set: { 'templates.1': FILE } },
  ...['kind', 'name', 'mapping'].map((field) =>
    ownWords({
      name: `template of files without ${field}`,
      set: { 'templates.1': { ...FILE, [field]: undefined } },
    }),
  ),
  ...['apiVersion', 'language', 'file', 'handler', 'entities'].map((field) =>
    ownWords({
      name: `mapping of files without ${field}`,
      set: { 'templates.1': { ...FILE, mapping: { ...FILE.mapping, [field]: undefined } } },
    }),
  ),
  {
    name: 'template of files with another apiVersion',
    set: { 'templates.1': { ...FILE, mapping: { ...FILE.mapping, apiVersion: '0.0.8' } } },
  },
  {
    name: 'template of files too early',
    set: { specVersion: '0.0.6', 'templates.1': FILE },
  },
  {
    name: 'template of files with unknown entities',
    set: { 'templates.1': { ...FILE, mapping: { ...FILE.mapping, entities: ['Nope'] } } },
  },

  ...['0.0.1', '1.6.0', '1.2', 'latest'].map((specVersion) =>
    ownWords({ name: `specVersion ${specVersion}`, set: { specVersion } }),
  ),
  ownWords({ name: 'specVersion missing', set: { specVersion: undefined } }),
  ownWords({ name: 'specVersion as a number', set: { specVersion: 1.2 } }),
  { name: 'schema missing', set: { schema: undefined } },
  ownWords({ name: 'schema without file', set: { schema: {} } }),
  ownWords({ name: 'unknown feature', set: { features: ['timeTravel'] } }),
  ownWords({ name: 'description as a number', set: { description: 5 } }),
  ownWords({ name: 'unknown pruning', set: { indexerHints: { prune: 'sometimes' } } }),
  ...['name', 'source', 'mapping', 'kind'].map((field) =>
    ownWords({ name: `template without ${field}`, set: { [`templates.0.${field}`]: undefined } }),
  ),
  ...['name', 'source', 'mapping', 'source.abi'].map((field) =>
    ownWords(source(`data source without ${field}`, { [field]: undefined })),
  ),
  ...['kind', 'apiVersion', 'language', 'entities', 'abis', 'file'].map((field) =>
    ownWords(source(`mapping without ${field}`, { [`mapping.${field}`]: undefined })),
  ),
  ownWords(source('address too short', { 'source.address': '0x12' })),
  ownWords(source('start block as a text', { 'source.startBlock': 'first' })),
  ownWords(source('end block as a text', { 'source.endBlock': 'last' })),
  ownWords(source('ABI without file', { 'mapping.abis': [{ name: 'Token' }] })),
  ownWords(source('event without handler', { 'mapping.eventHandlers': [{ event: 'A()' }] })),
  ownWords(
    source('receipt as a text', { 'mapping.eventHandlers': [{ ...HANDLER, receipt: 'yes' }] }),
  ),
  ownWords(
    source('topic too long', {
      'mapping.eventHandlers': [{ ...HANDLER, topic1: [`0x${'0'.repeat(66)}`] }],
    }),
  ),
  ownWords(source('block handler without name', { 'mapping.blockHandlers': [{}] })),
  ownWords(
    source('unknown block filter', {
      'mapping.blockHandlers': [{ handler: 'h', filter: { kind: 'sometimes' } }],
    }),
  ),
  ownWords(
    source('polling at no block', {
      'mapping.blockHandlers': [{ handler: 'h', filter: { kind: 'polling', every: 0 } }],
    }),
  ),
  ownWords(source('apiVersion of two parts', { 'mapping.apiVersion': '0.9' })),
  ownWords({ name: 'ABI that is no JSON', abi: 'no' }),

  { name: 'apiVersion to come', set: { [API]: '0.0.10', [TEMPLATE_API]: '0.0.10' } },
  { name: 'apiVersions that differ', set: { [TEMPLATE_API]: '0.0.8' } },
  { name: 'apiVersion to come of a template', set: { [TEMPLATE_API]: '0.0.10' } },
  source('ABI of the source not declared', { 'source.abi': 'Coin' }),
  source('no ABIs', { 'mapping.abis': [] }),
  {
    name: 'end block too early',
    set: { specVersion: '0.0.8', 'dataSources.0.source.endBlock': 9 },
  },
  { name: 'hints too early', set: { specVersion: '0.0.9', indexerHints: { prune: 'auto' } } },
  {
    name: 'polling too early',
    set: {
      specVersion: '0.0.7',
      [BLOCK_HANDLERS]: [{ handler: 'h', filter: { kind: 'polling', every: 5 } }],
    },
  },
  {
    name: 'once too early',
    set: { specVersion: '0.0.7', [BLOCK_HANDLERS]: [{ handler: 'h', filter: { kind: 'once' } }] },
  },
  {
    name: 'topics too early',
    set: { specVersion: '1.1.0', [EVENT_HANDLERS]: [{ ...HANDLER, topic1: ['0x12'] }] },
  },
  {
    name: 'topics of a template too early',
    set: {
      specVersion: '1.1.0',
      'templates.0.mapping.eventHandlers': [{ ...HANDLER, topic1: ['0x12'] }],
    },
  },
  {
    name: 'calls too early',
    set: {
      specVersion: '1.1.0',
      [EVENT_HANDLERS]: [
        { ...HANDLER, calls: { a: 'Token[event.address].balanceOf(event.params.to)' } },
      ],
    },
  },
  {
    name: 'receipts too early',
    set: {
      [API]: '0.0.6',
      [TEMPLATE_API]: '0.0.6',
      [EVENT_HANDLERS]: [{ ...HANDLER, receipt: true }],
    },
  },
  source('block handler without address', {
    'source.address': undefined,
    'mapping.blockHandlers': [{ handler: 'h' }],
  }),
  source('block handlers of every kind', {
    'mapping.blockHandlers': [{ handler: 'h' }, { handler: 'i', filter: { kind: 'once' } }],
  }),
  source('two block handlers', { 'mapping.blockHandlers': [{ handler: 'h' }, { handler: 'i' }] }),
  source('several things at once', {
    'source.address': undefined,
    'mapping.blockHandlers': [
      { handler: 'h' },
      { handler: 'i', filter: { kind: 'once' } },
      { handler: 'j', filter: { kind: 'once' } },
    ],
  }),
  ...Object.entries(CALLS).map(([wrong, call]) =>
    source(`declared call: ${wrong}`, {
      'mapping.eventHandlers': [{ ...HANDLER, calls: { label: call } }],
    }),
  ),
  {
    name: 'declared call of a template',
    set: { 'templates.0.mapping.eventHandlers': [{ ...HANDLER, calls: { label: 'Token' } }] },
  },
  source('declared call without address of the source', {
    'source.address': undefined,
    'mapping.eventHandlers': [{ ...HANDLER, calls: { label: 'Token' } }],
  }),
  { name: 'several networks', set: secondSource('goerli') },
  source('no network', { network: undefined }),
  { name: 'searches not declared', schema: searchable() },
  { name: 'searches declared', schema: searchable(), set: { features: ['fullTextSearch'] } },
  { name: 'IPFS not declared', mapping: importing('ipfs.cat') },
  { name: 'searches and IPFS not declared', schema: searchable(), mapping: importing('ipfs.map') },
  {
    name: 'IPFS by its former name',
    mapping: importing('ipfs.getBlock'),
    set: { features: ['nonDeterministicIpfs'] },
  },
  { name: 'mapping that is no module', mapping: Buffer.from('nothing') },
  {
    name: 'start block to come',
    set: { 'dataSources.0.source.startBlock': 1_000_000 },
    inHost: true,
  },
]

function secondSource(network: string): Record<string, unknown> {
  return { 'dataSources.1': { ...BASE_MANIFEST.dataSources[0], name: 'Second', network } }
}

function searchable(): string {
  return `
    type _Schema_ @fulltext(name: "search", language: en, algorithm: rank,
      include: [{ entity: "Account", fields: [{ name: "name" }] }])
    type Account @entity(immutable: false) { id: Bytes! name: String! }`
}
