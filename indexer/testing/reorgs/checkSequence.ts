import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { readBuild } from '../../manifest/readBuild.ts'
import { startIndexer } from '../../startIndexer.ts'
import { dumpStore } from '../dumpStore.ts'
import { LEDGER } from '../ledgerChain.ts'
import { Random } from '../random.ts'
import { type PlayedSequence, playSequence } from './playSequence.ts'
import type { ScriptedChain } from './scriptedChain.ts'
import { ScriptedNode } from './scriptedNode.ts'

/** After so long a host that does not come to the head is taken to be stuck. */
const PATIENCE_MS = 300_000

/**
 * Plays a sequence, and holds what the host has stored and answers against a clean index of the
 * chain as it is in the end.
 *
 * @throws when they differ, with the seed and what the host has printed.
 */
export async function checkSequence(seed: number, databaseUrl: string): Promise<PlayedSequence> {
  const database = `sequence_${seed}`
  const played = await playSequence(seed, databaseUrl, database)
  const { chain, host } = played
  const end = Date.now() + PATIENCE_MS
  try {
    while ((await host.headHash()) !== chain.head.hash) {
      assert.ok(!host.hasEnded, 'the host lives')
      assert.ok(
        Date.now() < end,
        `the host comes to block ${chain.head.number}, ${chain.head.hash}`,
      )
      await sleep(100)
    }
    assert.ok(host.url !== null, 'the host answers')
    const found = await answers(host.url, chain)
    const stored = await dumpStore(databaseUrl, database)
    const clean = await indexCleanly(played, databaseUrl, `${database}_clean`)
    assert.deepEqual(stored, clean.stored)
    assert.deepEqual(found, clean.answers)
    return played
  } catch (cause) {
    const { reorgs, deepest, kills, faults } = played
    const what = `${reorgs} reorgs (deepest ${deepest}), ${kills} kills, faults ${JSON.stringify([...faults])}`
    const output = host.output.slice(-6_000)
    throw new Error(`seed ${seed} (${what}): ${(cause as Error).message}\n${output}`, { cause })
  } finally {
    await played.stop()
  }
}

async function indexCleanly({ chain }: PlayedSequence, databaseUrl: string, database: string) {
  const node = await ScriptedNode.start(chain, new Random(0))
  const build = await readBuild(`${LEDGER}/build`, {
    local: { Ledger: { address: chain.ledger, startBlock: 1 } },
  })
  const indexer = await startIndexer({
    build,
    name: 'ledger',
    rpcUrl: node.url,
    databaseUrl,
    database,
    host: '127.0.0.1',
    port: 0,
    log: () => {},
    runner: { pollMs: 50 },
  })
  try {
    while (indexer.runner.head?.hash !== chain.head.hash) await sleep(20)
    return {
      answers: await answers(indexer.server.url, chain),
      stored: await dumpStore(databaseUrl, database),
    }
  } finally {
    await indexer.stop()
    await node.stop()
  }
}

/** What a host answers at its head and at earlier blocks, and the proof of it all, as text. */
async function answers(url: string, { head }: ScriptedChain): Promise<string[]> {
  const meta = '_meta { deployment hasIndexingErrors block { number hash } }'
  const texts = [`{ ${meta} ${entities('')} }`]
  for (let block = 1; block <= head.number; block += Math.ceil(head.number / 6)) {
    texts.push(`{ ${entities(`block: {number: ${block}}`)} }`)
  }
  const found: string[] = []
  for (const text of texts) found.push(await ask(`${url}/subgraphs/name/ledger`, text))
  const { deployment } = JSON.parse(found[0]).data._meta
  const place = `blockNumber: ${head.number}, blockHash: "${head.hash}"`
  const proof = await ask(
    `${url}/graphql`,
    `{ proofOfIndexing(subgraph: "${deployment}", ${place}) }`,
  )
  assert.match(proof, /0x[0-9a-f]{64}/)
  return [...found, proof]
}

async function ask(url: string, query: string): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  })
  const text = await response.text()
  assert.doesNotMatch(text, /"errors"/)
  return text
}

function entities(at: string): string {
  return `
    accounts(first: 100 ${at}) { id balance share moves label sent(first: 5) { id value } }
    movements(first: 1000 ${at}) { id value order blockNumber timestamp from { id } to { id } }
    notes(first: 1000 ${at}) { id text json place author { id label } }
    branches(first: 1000 ${at}) { id label visits related chainCount visitors { id count } }
    totals_collection(first: 10 ${at}) { id movements volume average blocks }`
}
