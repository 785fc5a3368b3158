import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { askStatus, type HostStatus } from '../host/askHost.ts'
import { readRunFile } from '../host/runFile.ts'
import { openProject } from '../project/project.ts'
import { type Command, type CommandInput, httpUrl, text } from './command.ts'
import type { Output } from './output.ts'

const DEFAULT_URL = 'http://127.0.0.1:8000'

/** `status`: how far a host is. */
export const statusCommand: Command = {
  name: 'status',
  words: '[folder]',
  summary: 'say how far the deployments of a host are',
  teaches: `Asks the host that \`dev\` runs for the folder, or the one of --url: a base URL whose /graphql is
graph-node's index-node route, so that a graph-node can be asked as well (its port 8030).
Ends with 1 when a deployment has failed.`,
  options: {
    url: { type: 'string', value: '<url>', help: `the host; ${DEFAULT_URL} without a \`dev\`` },
  },
  run: status,
}

async function status(input: CommandInput, output: Output): Promise<number> {
  const url = await hostUrl(input)
  const statuses = await askStatus(url)
  if (statuses.length === 0) output.say(`${url}: nothing is deployed`)
  for (const one of statuses) {
    for (const line of describe(one)) output.say(line)
  }
  output.tell({ url, deployments: statuses })
  return statuses.some(({ health }) => health === 'failed') ? 1 : 0
}

async function hostUrl(input: CommandInput): Promise<string> {
  const url = text(input, 'url')
  if (url !== undefined) return httpUrl(url, '--url')
  const folder = input.words[0] ?? '.'
  if (input.words[0] === undefined && !existsSync(join(folder, 'subgraph.yaml'))) return DEFAULT_URL
  return readRunFile(await openProject(folder))?.url ?? DEFAULT_URL
}

function describe(status: HostStatus): string[] {
  const [chain] = status.chains
  const latest = chain?.latestBlock?.number ?? 'none'
  const state = status.paused === true ? 'paused' : status.synced ? 'synced' : 'syncing'
  const errors = [status.fatalError ?? [], status.nonFatalErrors].flat()
  return [
    status.subgraph,
    `  ${status.health}, ${state}: block ${latest} of ${chain?.chainHeadBlock?.number ?? '?'} on ${chain?.network}, ${status.entityCount} entities`,
    ...errors.map(({ message, handler, block }) => {
      return `  ${handler ?? 'a handler'} failed at block ${block?.number ?? '?'}: ${message}`
    }),
    ...(errors.length > 0 ? ['  `tributary-subgraph check` shows the line'] : []),
  ]
}
