import { askAdmin, upload } from '../host/askHost.ts'
import { readRunFile } from '../host/runFile.ts'
import { buildProject, readProject } from '../project/buildProject.ts'
import { openProject } from '../project/project.ts'
import { projectName } from '../project/projectName.ts'
import { ToolError } from '../toolError.ts'
import { type Command, type CommandInput, httpUrl, subgraphName, text } from './command.ts'
import type { Output } from './output.ts'

const DEFAULT_ADMIN = 'http://127.0.0.1:8020'

/** `deploy`: hand a subgraph to a running host. */
export const deployCommand: Command = {
  name: 'deploy',
  words: '[folder]',
  summary: 'deploy to a running host',
  teaches: `Compiles the project and uploads it to a host: one that \`dev\` runs, or any other of this kind.
graph-cli can do the same: \`graph create <name> --node <admin url>\`, then
\`graph deploy <name> --node <admin url> --ipfs <admin url> --version-label v1\`.
For a graph-node, name its IPFS with --ipfs.`,
  options: {
    name: { type: 'string', value: '<name>', help: "name to serve it under; the project's" },
    'admin-url': { type: 'string', value: '<url>', help: `the host's; ${DEFAULT_ADMIN}` },
    ipfs: { type: 'string', value: '<url>', help: "IPFS API to upload to; the host's own" },
    network: { type: 'string', value: '<name>', help: 'take addresses of networks.json' },
    'network-file': { type: 'string', value: '<file>', help: 'in place of networks.json' },
  },
  run: deploy,
}

async function deploy(input: CommandInput, output: Output): Promise<number> {
  const project = await openProject(input.words[0] ?? '.')
  const running = readRunFile(project)
  const adminUrl = text(input, 'admin-url') ?? running?.adminUrl ?? DEFAULT_ADMIN
  const admin = httpUrl(adminUrl, '--admin-url')
  const ipfs = httpUrl(text(input, 'ipfs') ?? admin, '--ipfs')
  const name = subgraphName(text(input, 'name') ?? projectName(project))
  await buildProject(project, (line) => output.say(line))
  const build = await readProject(project, text(input, 'network'), text(input, 'network-file'))
  let id = ''
  for (const bytes of build.uploads) id = await upload(ipfs, bytes)
  if (id !== build.id) {
    throw new ToolError(`${ipfs} calls the manifest ${id}, but its content id is ${build.id}`)
  }
  output.say(`uploaded ${build.uploads.length} files as ${id}`)
  await askAdmin(admin, 'subgraph_create', { name }).catch((error) => {
    // graph-node refuses to make a name twice, and deploys to the one there is.
    if (!/already exists/.test((error as Error).message)) throw error
  })
  const answer = await askAdmin(admin, 'subgraph_deploy', { name, ipfs_hash: id })
  const { queries } = answer as { queries: string }
  const url = queries.startsWith(':') ? `http://${new URL(admin).hostname}${queries}` : queries
  output.say(`${name} is deployed; queries: ${url}`)
  output.tell({ name, deployment: id, queries: url })
  return 0
}
