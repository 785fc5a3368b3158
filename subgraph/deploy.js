// Deploys this subgraph to a graph-node: `node deploy.js <URL of the IPFS API>`.
//
// Reads INDEXER_URL (graph-node's admin JSON-RPC), SUBGRAPH_URL (its last part is the name) and
// TRIBUTARY_DEPLOYMENT (addresses and start block of the contracts). It works on a copy, because
// graph-cli writes the addresses into the manifest; deploying the same again changes nothing.

import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PARTS = ['schema.graphql', 'subgraph.yaml', 'src', 'abis', 'package.json']
const NETWORK = 'tributary'

const here = dirname(fileURLToPath(import.meta.url))
const packages = join(here, '..', 'node_modules')
const ipfs = process.argv[2]
const admin = setting('INDEXER_URL')
const name = setting('SUBGRAPH_URL').split('/').at(-1)
const deploymentFile = setting('TRIBUTARY_DEPLOYMENT')
if (!ipfs) fail('no IPFS was named; node subgraph/deploy.js http://ipfs:5001')

const copy = mkdtempSync(join(tmpdir(), 'tributary-subgraph-'))
process.on('exit', () => rmSync(copy, { recursive: true, force: true }))
for (const part of PARTS) cpSync(join(here, part), join(copy, part), { recursive: true })
symlinkSync(packages, join(copy, 'node_modules'))
writeFileSync(join(copy, 'networks.json'), JSON.stringify({ [NETWORK]: readAddresses() }))

graph('codegen')
await createName()
graph(
  'deploy',
  name,
  ...['--node', admin, '--ipfs', ipfs],
  ...['--network', NETWORK, '--network-file', 'networks.json'],
  ...['--version-label', JSON.parse(readFileSync(join(here, 'package.json'), 'utf8')).version],
)

function setting(variable) {
  return process.env[variable] || fail(`${variable} is not set`)
}

/** The deployment's contracts in the form of graph-cli's networks file. */
function readAddresses() {
  try {
    const { contracts, startBlock } = JSON.parse(readFileSync(deploymentFile, 'utf8'))
    const entries = Object.entries(contracts)
    return Object.fromEntries(entries.map(([contract, address]) => [contract, { address, startBlock }]))
  } catch (error) {
    return fail(`${deploymentFile} names no deployed contracts: ${error.message}`)
  }
}

/** `subgraph_create`; that the name exists already is as good. */
async function createName() {
  const body = { jsonrpc: '2.0', id: 1, method: 'subgraph_create', params: { name } }
  const response = await fetch(admin, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch((error) => fail(`graph-node does not answer at ${admin}: ${error.cause ?? error}`))
  const { error } = await response.json().catch(() => ({ error: `HTTP ${response.status}` }))
  if (error && !/already exists/.test(error.message)) {
    fail(`graph-node refused the name "${name}": ${error.message ?? error}`)
  }
}

function graph(command, ...args) {
  const cli = join(packages, '@graphprotocol', 'graph-cli', 'bin', 'run.js')
  const { status } = spawnSync(process.execPath, [cli, command, ...args], {
    cwd: copy,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (status !== 0) fail(`graph ${command} ended with ${status}; its own message stands above`)
}

function fail(message) {
  console.error(`subgraph: ${message}`)
  process.exit(1)
}
