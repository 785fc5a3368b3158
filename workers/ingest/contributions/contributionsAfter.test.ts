import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { SubgraphError } from '../../subgraph/querySubgraph.ts'
import { listenLocally } from '../../testing/listenLocally.ts'
import { contributionsAfter } from './contributionsAfter.ts'

interface Asked {
  where: { contributionId_gt: string; blockNumber_lte: string; datanet?: string }
  first: number
}

/** As graph-node would answer over contributions 1 to 1200, one a block, in Datanets 1 and 2. */
function answer({ where, first }: Asked): object {
  const rows = Array.from({ length: 1200 }, (_, at) => at + 1)
    .filter((id) => id > Number(where.contributionId_gt) && id <= Number(where.blockNumber_lte))
    .filter((id) => where.datanet === undefined || String(1 + (id % 2)) === where.datanet)
    .slice(0, first)
    .map((id) => ({
      ...{ contributionId: String(id), datanet: { id: String(1 + (id % 2)) } },
      ...{ account: { id: '16' }, firstRecordNo: String(id * 2), records: 2, bytesTotal: '9' },
      ...{ contentRoot: '0xAB', manifestHash: '0xcd', blockNumber: String(id) },
    }))
  return { data: { contributions: rows } }
}

let respond: (asked: Asked) => object | string = answer
const server = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk) => {
    body += chunk
  })
  request.on('end', () => {
    const said = respond(JSON.parse(body).variables)
    response.end(typeof said === 'string' ? said : JSON.stringify(said))
  })
})
const url = await listenLocally(server)

test('gives every contribution once, page by page, up to the block', async () => {
  const all = await contributionsAfter(url, 0n, 1150)
  assert.deepEqual(
    all.map(({ contributionId }) => Number(contributionId)),
    Array.from({ length: 1150 }, (_, at) => at + 1),
  )
  assert.deepEqual(all[0], {
    ...{ contributionId: 1n, datanetId: 2n, accountId: 16n, firstRecordNo: 2n, records: 2 },
    ...{ bytesTotal: 9n, contentRoot: '0xab', manifestHash: '0xcd', blockNumber: 1 },
  })
  assert.equal((await contributionsAfter(url, 1140n, 1150)).length, 10)
  assert.equal((await contributionsAfter(url, 1150n, 1150)).length, 0)
  assert.equal((await contributionsAfter(url, 0n, 1200, 1n)).length, 600)
})

test('half an answer is none', async () => {
  const cases = [
    { data: { contributions: [] }, errors: [{ message: 'indexing_error' }] },
    { data: null },
    '<html>Bad gateway</html>',
  ]
  for (const said of cases) {
    respond = () => said
    await assert.rejects(contributionsAfter(url, 0n, 9), SubgraphError)
  }
  respond = answer
})
