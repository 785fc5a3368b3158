import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { LedgerChain } from '../testing/ledgerChain.ts'
import { indexLedger, untilIndexed } from '../testing/runLedger.ts'
import { startPostgres, type TestPostgres } from '../testing/startPostgres.ts'

let postgres: TestPostgres
let chain: LedgerChain

before(async () => {
  ;[postgres, chain] = await Promise.all([startPostgres(), LedgerChain.start()])
})

after(() => Promise.all([postgres?.stop(), chain?.stop()]))

async function status<Data>(url: string, query: string): Promise<Data> {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ query })
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body })
  return ((await response.json()) as { data: Data }).data
}

test('two hosts that index the same chain give the same proofs, other ones for other blocks', async () => {
  await chain.send('move', [chain.accounts[1], 5n])
  await chain.mine(3)
  const hosts = [
    await indexLedger(chain, postgres, 'one'),
    await indexLedger(chain, postgres, 'two'),
  ]
  const proofs: string[][] = []
  for (const host of hosts) {
    await untilIndexed(host, chain)
    const { url } = host.server
    const id = host.store.id
    const block = async (number: number) => {
      const found = await status<{ blockHashFromNumber: string | null }>(
        url,
        `{ blockHashFromNumber(network: "local", blockNumber: ${number}) }`,
      )
      return found.blockHashFromNumber
    }
    const proof = async (number: number, indexer = '') => {
      const at = `blockNumber: ${number}, blockHash: "${await block(number)}"${indexer}`
      const query = `{ proofOfIndexing(subgraph: "${id}", ${at}) }`
      return (await status<{ proofOfIndexing: string }>(url, query)).proofOfIndexing
    }
    const zero = await proof(3, `, indexer: "0x${'0'.repeat(40)}"`)
    proofs.push([await proof(1), await proof(2), await proof(3), zero])
    const ask = `{ publicProofsOfIndexing(requests: [{ deployment: "${id}", blockNumber: 3 }]) {
      block { hash } proofOfIndexing } }`
    assert.deepEqual(await status(url, ask), {
      publicProofsOfIndexing: [{ block: { hash: await block(3) }, proofOfIndexing: zero }],
    })
    assert.equal(await block(99), null)
    const beyond = await status(
      url,
      `{ proofOfIndexing(subgraph: "${id}", blockNumber: 99, blockHash: "0x${'1'.repeat(64)}") }`,
    )
    assert.deepEqual(beyond, { proofOfIndexing: null })
  }
  assert.deepEqual(proofs[0], proofs[1])
  for (const proof of proofs[0]) assert.match(proof, /^0x[0-9a-f]{64}$/)
  assert.equal(new Set(proofs[0]).size, 4)
  for (const host of hosts) await host.stop()
})
