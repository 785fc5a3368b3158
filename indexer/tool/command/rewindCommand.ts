import { askAdmin, askDeployment } from '../host/askHost.ts'
import { readRunFile } from '../host/runFile.ts'
import { openProject } from '../project/project.ts'
import { ToolError, UsageError } from '../toolError.ts'
import { type Command, type CommandInput, httpUrl, text, wholeNumber } from './command.ts'
import type { Output } from './output.ts'

/** `rewind`: go back, and index again from there. */
export const rewindCommand: Command = {
  name: 'rewind',
  words: '<block> [folder]',
  summary: 'go back to a block and index again from there',
  teaches: `Takes back everything that was indexed after the block, a failure too, in one transaction; the
host goes on from there at once. It asks the host that \`dev\` runs for the folder, or the one of
--url, --admin-url and --name.`,
  options: {
    url: { type: 'string', value: '<url>', help: 'base of the query routes' },
    'admin-url': { type: 'string', value: '<url>', help: 'where the host takes deployments' },
    name: { type: 'string', value: '<name>', help: 'of the subgraph' },
  },
  run: rewind,
}

async function rewind(input: CommandInput, output: Output): Promise<number> {
  const [word, folder] = input.words
  const block = word === undefined ? null : wholeNumber(word)
  if (block === null) {
    const given = word === undefined ? '' : `\`${word}\` is no block's number; `
    throw new UsageError(`${given}name a block: \`tributary-subgraph rewind 1200\``)
  }
  let url = text(input, 'url')
  let adminUrl = text(input, 'admin-url')
  let name = text(input, 'name')
  if (url === undefined || adminUrl === undefined || name === undefined) {
    const running = readRunFile(await openProject(folder ?? '.'))
    if (running === null) {
      throw new ToolError(
        'no `dev` runs for this folder: start it, or name a host with --url, --admin-url and --name',
      )
    }
    url ??= running.url
    adminUrl ??= running.adminUrl
    name ??= running.name
  }
  url = httpUrl(url, '--url')
  adminUrl = httpUrl(adminUrl, '--admin-url')
  const deployment = await askDeployment(url, name)
  const answer = await askAdmin(adminUrl, 'subgraph_rewind', { deployment, block })
  const { block: at } = answer as { block: number | null }
  const stands = `${name} stands at ${at === null ? 'its beginning' : `block ${at}`}`
  output.say(
    at !== null && at < block
      ? `${stands}: nothing after block ${block} is indexed, so that nothing is taken back`
      : `${stands} and goes on from there`,
  )
  output.tell({ deployment, block: at })
  return 0
}
