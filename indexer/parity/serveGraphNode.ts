/**
 * Serves one compiled subgraph on the graph-node of `GRAPH_NODE_BIN`, until it is stopped:
 *
 *   node indexer/parity/serveGraphNode.ts --postgres <url> --rpc <url> --network <name> \\
 *     --port <query routes> --name <subgraph> --build <folder>
 *
 * Prints the deployment's id once it is deployed.
 */
import { parseArgs } from 'node:util'
import { GraphNode } from './hosts/graphNode.ts'

const NAMES = ['postgres', 'rpc', 'network', 'port', 'name', 'build'] as const

const { values } = parseArgs({
  options: Object.fromEntries(NAMES.map((name) => [name, { type: 'string' as const }])),
})
const given = (name: (typeof NAMES)[number]): string => {
  const value = values[name]
  if (typeof value === 'string') return value
  console.error(`--${name} is missing`)
  process.exit(2)
}
const binary = process.env.GRAPH_NODE_BIN
if (!binary) {
  console.error('GRAPH_NODE_BIN names no graph-node')
  process.exit(2)
}
const options = { network: given('network'), port: Number(given('port')) }
const node = await GraphNode.start(binary, given('postgres'), given('rpc'), options)
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => node.stop().then(() => process.exit(0)))
}
console.log(await node.deploy(given('name'), given('build')))
