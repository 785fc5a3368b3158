const ABI = [
  {
    type: 'event',
    name: 'Transfer',
    anonymous: false,
    inputs: [
      { name: 'from', type: 'address', indexed: true },
      { name: 'to', type: 'address', indexed: true },
      { name: 'value', type: 'uint256', indexed: false },
    ],
  },
  {
    type: 'function',
    name: 'balanceOf',
    stateMutability: 'view',
    inputs: [{ name: 'owner', type: 'address' }],
    outputs: [{ name: '', type: 'uint256' }],
  },
]

const MAPPING = {
  kind: 'ethereum/events',
  apiVersion: '0.0.9',
  language: 'wasm/assemblyscript',
  entities: ['Account'],
  abis: [{ name: 'Token', file: 'abi.json' }],
  eventHandlers: [
    { event: 'Transfer(indexed address,indexed address,uint256)', handler: 'handleTransfer' },
  ],
  file: 'mapping.wasm',
}

/** Files of a subgraph without fault. */
export const BASE_FILES = {
  'schema.graphql': 'type Account @entity(immutable: false) { id: Bytes! balance: BigInt! }',
  'abi.json': JSON.stringify(ABI),
  /** The smallest module: nothing is run before there are events. */
  'mapping.wasm': Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00),
} as const

/** Its manifest. */
export const BASE_MANIFEST = {
  specVersion: '1.2.0',
  schema: { file: 'schema.graphql' },
  dataSources: [
    {
      kind: 'ethereum',
      name: 'Token',
      network: 'mainnet',
      source: {
        address: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
        abi: 'Token',
        startBlock: 1,
      },
      mapping: { ...MAPPING },
    },
  ],
  templates: [
    {
      kind: 'ethereum',
      name: 'Pool',
      network: 'mainnet',
      source: { abi: 'Token' },
      mapping: { ...MAPPING },
    },
  ],
} as const
