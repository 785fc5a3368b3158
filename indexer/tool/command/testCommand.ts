import { glob } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { SubgraphBuild } from '../../manifest/subgraphBuild.ts'
import { readSuite } from '../cases/readSuite.ts'
import { runTest, type TestResult } from '../cases/runTest.ts'
import { explainFailure, type Rerun } from '../explain/explainFailure.ts'
import { formatExplanation } from '../explain/formatExplanation.ts'
import { buildProject, readProject } from '../project/buildProject.ts'
import { openProject, type Project } from '../project/project.ts'
import { compileMappings } from '../replay/compileMappings.ts'
import { ToolError } from '../toolError.ts'
import type { Command, CommandInput } from './command.ts'
import { text } from './command.ts'
import type { Output } from './output.ts'

const PATTERN = '**/*.test.{yaml,yml,json}'

/** `test`: mapping tests over the real WASM. */
export const testCommand: Command = {
  name: 'test',
  words: '[folder]',
  summary: 'run the mapping tests under tests/',
  teaches: `Each file tests/**/*.test.yaml gives entities, events and contract calls, and says what must
be there afterwards. The compiled mapping itself runs: events are encoded and decoded, matched to
data sources and handled as when indexing; only store and chain are in memory. A smallest file:

  tests:
    - name: a transfer moves the balance
      given:
        Account: [{ id: '0x0a', balance: 100 }]
      when:
        - { event: Transfer, params: { from: '0x…0a', to: '0x…0b', value: 30 } }
      then:
        entities:
          Account: [{ id: '0x0a', balance: 70 }]

The README (As a tool of its own) has the whole format.`,
  options: {
    only: {
      type: 'string',
      value: '<text>',
      help: 'run tests whose name or file contains the text',
    },
    'all-handlers': { type: 'boolean', help: 'fail when a handler of the manifest has no test' },
    'no-build': { type: 'boolean', help: 'take the build folder as it is' },
  },
  run: test,
}

async function test(input: CommandInput, output: Output): Promise<number> {
  const project = await openProject(input.words[0] ?? '.')
  if (input.options['no-build'] !== true) {
    await buildProject(project, (line) => output.say(line))
  }
  const build = await readProject(project, undefined)
  const modules = await compileMappings(build)
  const files = await filesOf(join(project.folder, 'tests'))
  if (files.length === 0) {
    throw new ToolError(
      `${join(project.folder, 'tests')} has no ${PATTERN}: \`tributary-subgraph test --help\` shows what one looks like`,
    )
  }
  const results: (TestResult & { readonly file: string })[] = []
  for (const name of files) {
    const suite = await readSuite(join(project.folder, 'tests', name))
    const file = relative(project.folder, suite.file)
    const only = text(input, 'only')
    const wanted = suite.tests.filter((one) => !only || `${file} ${one.name}`.includes(only))
    if (wanted.length > 0) output.say(file)
    for (const one of wanted) {
      const result = await runTest(build, modules, suite, one)
      results.push({ ...result, file })
      const rerun: Rerun = async (wasmId, module) => {
        const others = new Map([...modules, [wasmId, module]])
        return (await runTest(build, others, suite, one)).failures[0]?.error
      }
      await show(project, result, output, rerun)
    }
  }
  return summarise(build, results, input.options['all-handlers'] === true, output)
}

async function filesOf(folder: string): Promise<string[]> {
  const files: string[] = []
  for await (const file of glob(PATTERN, { cwd: folder })) files.push(file)
  return files.sort()
}

async function show(
  project: Project,
  result: TestResult,
  output: Output,
  rerun: Rerun,
): Promise<void> {
  output.say(`  ${result.problems.length === 0 ? '✔' : '✖'} ${result.name}`)
  const explained: string[] = []
  for (const failure of result.failures) {
    explained.push(formatExplanation(await explainFailure(project, failure, rerun)))
  }
  const known = new Set(explained.map((text) => text.split('\n')[0]))
  for (const problem of result.problems) if (!known.has(problem)) output.say(indented(problem))
  for (const text of explained) output.say(indented(text))
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '      ')
}

function summarise(
  build: SubgraphBuild,
  results: readonly (TestResult & { readonly file: string })[],
  allHandlers: boolean,
  output: Output,
): number {
  const declared = [...build.dataSources, ...build.templates].flatMap((source) =>
    [...source.eventHandlers, ...source.blockHandlers, source.fileHandler]
      .filter((declaration) => declaration !== null)
      .map(({ handler }) => `${source.name}.${handler}`),
  )
  const ran = new Set(results.flatMap(({ handlers }) => handlers))
  const all = [...new Set(declared)]
  const untested = all.filter((handler) => !ran.has(handler))
  const failed = results.filter(({ problems }) => problems.length > 0).length
  const left = untested.length > 0 ? `; without a test: ${untested.join(', ')}` : ''
  output.say(`\n${all.length - untested.length} of ${all.length} handlers tested${left}`)
  output.say(`${results.length - failed} passed, ${failed} failed`)
  output.tell({
    tests: results.map(({ file, name, problems }) => ({ file, name, problems })),
    handlers: { tested: all.filter((handler) => ran.has(handler)), untested },
    passed: results.length - failed,
    failed,
  })
  return failed > 0 || results.length === 0 || (allHandlers && untested.length > 0) ? 1 : 0
}
