import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Deployment } from '../../graphql/deployment.ts'
import { blockHash, startZoo, ZOO_ID, ZOO_NAME, type Zoo } from '../../graphql/testing/zoo.ts'
import { answerStatus } from './statusRoute.ts'

let zoo: Zoo

before(async () => {
  zoo = await startZoo()
})

after(() => zoo.stop())

async function ask(query: string, variables?: object): Promise<unknown> {
  const response = await fetch(`${zoo.server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  return response.json()
}

test('the status route tells how far subgraphs are', async () => {
  const query = `query($ids: [String!]) { indexingStatuses(subgraphs: $ids) {
    subgraph synced health node historyBlocks fatalError { message } nonFatalErrors { message } entityCount paused
    chains { network chainHeadBlock { number hash } latestBlock { number hash } earliestBlock { number }
             ... on EthereumIndexingStatus { lastHealthyBlock { number } } }
  } }`
  const statuses = (ids?: string[]) => ask(query, { ids })
  assert.deepEqual(await statuses([ZOO_ID]), {
    data: {
      indexingStatuses: [
        {
          subgraph: ZOO_ID,
          synced: true,
          health: 'healthy',
          fatalError: null,
          nonFatalErrors: [],
          entityCount: '21',
          node: 'default',
          historyBlocks: 2147483647,
          paused: false,
          chains: [
            {
              network: 'optimism',
              chainHeadBlock: { number: '12', hash: blockHash(12).slice(2) },
              latestBlock: { number: '10', hash: blockHash(10).slice(2) },
              earliestBlock: { number: '1' },
              lastHealthyBlock: null,
            },
          ],
        },
      ],
    },
  })
  assert.deepEqual(await statuses(['QmOther']), { data: { indexingStatuses: [] } })
  zoo.scene.status = {
    ...zoo.scene.status,
    health: 'failed',
    fatalError: {
      message: 'it broke',
      block: { number: 10, hash: blockHash(10) },
      handler: 'handleTransfer',
      deterministic: true,
    },
  }
  const named = `{ indexingStatusForCurrentVersion(subgraphName: "${ZOO_NAME}") {
    health fatalError { message handler deterministic block { number hash } }
  } }`
  assert.deepEqual(await ask(named), {
    data: {
      indexingStatusForCurrentVersion: {
        health: 'failed',
        fatalError: {
          message: 'it broke',
          handler: 'handleTransfer',
          deterministic: true,
          block: { number: '10', hash: blockHash(10) },
        },
      },
    },
  })
})

test('proofs of indexing are given for indexed blocks', async () => {
  const hash = blockHash(7)
  const proof = (args: string) => ask(`{ proofOfIndexing(subgraph: "${ZOO_ID}", ${args}) }`)
  const at7 = `blockNumber: 7, blockHash: "${hash}"`
  assert.deepEqual(await proof(at7), { data: { proofOfIndexing: '0x0007' } })
  assert.deepEqual(
    await proof(`blockNumber: 7, blockHash: "${hash.slice(2)}", indexer: "0xABCD"`),
    {
      data: { proofOfIndexing: '0x0007abcd' },
    },
  )
  assert.deepEqual(await proof(`blockNumber: 11, blockHash: "${blockHash(11)}"`), {
    data: { proofOfIndexing: null },
  })
  assert.deepEqual(await ask(`{ proofOfIndexing(subgraph: "QmNone", ${at7}) }`), {
    data: { proofOfIndexing: null },
  })
})

test('a subgraph that is too old for a proof is told so', async () => {
  const old = {
    id: 'QmOld',
    features: { specVersion: '0.0.5' },
    proofOfIndexing: async () => null,
  } as unknown as Deployment
  const query = `{ proofOfIndexing(subgraph: "QmOld", blockNumber: 7, blockHash: "${blockHash(7)}") }`
  assert.deepEqual(JSON.parse(await answerStatus([old], JSON.stringify({ query }))), {
    data: { proofOfIndexing: null },
    extensions: {
      withoutProof: {
        QmOld:
          "there are no proofs of indexing for specVersion 0.0.5: below 0.0.6 they are made of another hash, so raise the manifest's specVersion to 0.0.6 or more",
      },
    },
  })
})

test('public proofs are signed by nobody', async () => {
  const query = `query($requests: [PublicProofOfIndexingRequest!]!) {
    publicProofsOfIndexing(requests: $requests) {
      deployment block { number hash } proofOfIndexing
    } }`
  const request = { deployment: ZOO_ID, blockNumber: '7' }
  assert.deepEqual(await ask(query, { requests: [request] }), {
    data: {
      publicProofsOfIndexing: [
        {
          deployment: ZOO_ID,
          block: { number: '7', hash: blockHash(7).slice(2) },
          proofOfIndexing: '0x00070000',
        },
      ],
    },
  })
  const missing = { ...request, blockNumber: '11' }
  const { errors } = (await ask(query, { requests: [missing] })) as { errors: object[] }
  assert.match(JSON.stringify(errors), /"Null value resolved for non-null field `proofOfIndexing`"/)
  const many = Array.from({ length: 11 }, () => request)
  assert.match(JSON.stringify(await ask(query, { requests: many })), /query is too expensive/)
})

test('what a block wrote and removed is told by type and id', async () => {
  const changes = (block: number) => {
    return ask(`{ entityChangesInBlock(subgraphId: "${ZOO_ID}", blockNumber: ${block}) {
      updates { type entities } deletions { type entities } } }`)
  }
  const { data } = (await changes(5)) as {
    data: { entityChangesInBlock: { updates: { type: string; entities: { name: string }[] }[] } }
  }
  const [update] = data.entityChangesInBlock.updates
  assert.equal(update.type, 'Account')
  assert.deepEqual(update.entities, [
    {
      age: 30,
      amounts: ['1', '20', '300'],
      at: '1700000000123456',
      big: '115792089237316195423570985008687907853269984665640564039457584007913129639935',
      color: 'red',
      colors: ['red', 'BLUE'],
      data: '0xdeadbeef',
      dec: '-12.34',
      flag: true,
      friends: ['0x0c', '0x0b'],
      hashes: ['0x01', '0xff00'],
      id: '0x0a',
      name: 'Anna',
      num: '9007199254740993',
      parent: '0x0b',
      tags: ['big', 'with space', '100%'],
    },
  ])
  assert.deepEqual(await changes(8), {
    data: {
      entityChangesInBlock: {
        updates: [
          {
            type: 'Visit',
            entities: [{ id: '4', keeper: '0x0b', price: '0.25', timestamp: '1700008200000000' }],
          },
        ],
        deletions: [{ type: 'Account', entities: ['0x0d'] }],
      },
    },
  })
  assert.deepEqual(await changes(6), {
    data: {
      entityChangesInBlock: {
        updates: [
          {
            type: 'Token',
            entities: [{ amount: '1', id: 't4', owner: '0x0b', symbol: 'AAA' }],
          },
          {
            type: 'Visit',
            entities: [{ id: '2', keeper: '0x0a', price: '1.5', timestamp: '1699999200000000' }],
          },
        ],
        deletions: [],
      },
    },
  })
})

test('the rest of the index-node routes', async () => {
  assert.deepEqual(
    await ask(`{
      subgraphFeatures(subgraphId: "${ZOO_ID}") {
        apiVersion specVersion features dataSources handlers network
      }
      known: blockHashFromNumber(network: "optimism", blockNumber: 12)
      later: blockHashFromNumber(network: "optimism", blockNumber: 13)
      elsewhere: blockHashFromNumber(network: "mainnet", blockNumber: 12)
      apiVersions(subgraphId: "${ZOO_ID}") { version }
      version { version commit }
      blockData(network: "optimism", blockHash: "0x01")
      cachedEthereumCalls(network: "optimism", blockHash: "0x01") { idHash }
      indexingStatusForPendingVersion(subgraphName: "${ZOO_NAME}") { subgraph }
      indexingStatusesForSubgraphName(subgraphName: "${ZOO_NAME}") { subgraph }
    }`),
    {
      data: {
        subgraphFeatures: {
          apiVersion: '0.0.9',
          specVersion: '1.3.0',
          features: ['fullTextSearch', 'aggregations', 'immutableEntities', 'bytesAsIds'],
          dataSources: ['ethereum/contract'],
          handlers: ['event'],
          network: 'optimism',
        },
        known: blockHash(12).slice(2),
        later: null,
        elsewhere: null,
        apiVersions: [{ version: '1.0.0' }],
        version: { version: '0.1.0', commit: '' },
        blockData: null,
        cachedEthereumCalls: null,
        indexingStatusForPendingVersion: null,
        indexingStatusesForSubgraphName: [{ subgraph: ZOO_ID }],
      },
    },
  )
  const { data } = (await ask('{ indexingStatuses { subgraphSize { tableSize totalSize } } }')) as {
    data: { indexingStatuses: { subgraphSize: Record<string, string> }[] }
  }
  const { tableSize, totalSize } = data.indexingStatuses[0].subgraphSize
  assert.ok(Number(tableSize) > 0 && Number(totalSize) > Number(tableSize))
  assert.match(
    JSON.stringify(await ask('{ subgraphFeatures(subgraphId: "QmNone") { specVersion } }')),
    /deployment `QmNone` does not exist/,
  )
})
