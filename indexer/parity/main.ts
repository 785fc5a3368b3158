/**
 * Holds this host against graph-node: the same subgraphs over the same chain, asked the same.
 *
 *   GRAPH_NODE_BIN=/path/to/graph-node node indexer/parity/main.ts [--json] [--record]
 *       [--case name=build-folder --script module.ts]…
 *
 * A script's module exports `script`, a ChainScript whose transactions join the chain. See README.md.
 */
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { startPostgres } from '../testing/startPostgres.ts'
import { openCases, type ParityCase, withBases } from './cases.ts'
import type { ChainScript } from './chain/chainScript.ts'
import { ParityChain } from './chain/parityChain.ts'
import { ParityScript } from './chain/parityScript.ts'
import { askHost, PANIC } from './compare/askHost.ts'
import { compareFacts, emptyComparison } from './compare/compareFacts.ts'
import type { CaseFacts, Fact, Question } from './compare/fact.ts'
import { GraphNode } from './hosts/graphNode.ts'
import { OwnHost } from './hosts/ownHost.ts'
import type { ParityHost } from './hosts/parityHost.ts'
import { makeQuestions } from './queries/makeQuestions.ts'
import { questionPlan } from './queries/questionPlan.ts'
import { writeRecord } from './record.ts'
import { askRefusals, type Refusals } from './refusals/askRefusals.ts'
import { compareRefusals } from './refusals/compareRefusals.ts'
import { GRAFT_BASES, graftVariants } from './refusals/graftVariants.ts'
import { readRefusals, writeRefusals } from './refusals/record.ts'
import type { Variant } from './refusals/variant.ts'
import { VARIANTS } from './refusals/variants.ts'
import { runCases } from './runCases.ts'

/** The cases of subgraphs that are refused, by themselves and for what they are grafted onto. */
const REFUSALS = 'refusals'
const GRAFT_REFUSALS = 'graft-refusals'

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
    case: { type: 'string', multiple: true, default: [] },
    only: { type: 'string', multiple: true, default: [] },
    script: { type: 'string', multiple: true, default: [] },
  },
})

const binary = process.env.GRAPH_NODE_BIN
if (!binary) {
  console.error(
    'test:parity: GRAPH_NODE_BIN names no graph-node, so NOTHING WAS COMPARED. ' +
      '`npm test` holds this host against graph-node’s recorded answers.',
  )
  process.exit(1)
}

const comparison = emptyComparison()
const recorded: CaseFacts[] = []
const cases = await openCases()
const stopping: (() => Promise<unknown>)[] = [cases.close]
try {
  const chain = await started(ParityChain.start())
  const [ownDatabase, itsDatabase] = [
    await started(startPostgres()),
    await started(startPostgres()),
  ]
  const graphNode = await started(GraphNode.start(binary, itsDatabase.url, chain.url))
  console.error(`graph-node's log: ${graphNode.logFile}`)
  const own = await started(Promise.resolve(new OwnHost(ownDatabase.url, chain.url)))

  const isAsked = (name: string) =>
    options.only.length === 0 || options.only.some((part) => name.startsWith(part))
  const named = [...cases.list, ...options.case.map(namedCase)]
  const list = withBases(named, isAsked, isAsked(GRAFT_REFUSALS) ? GRAFT_BASES : [])
  const refusals: Refusals[] = []
  const askBoth = async (name: string, variants: readonly Variant[]) => {
    const theirs = await askRefusals(graphNode, variants)
    compareRefusals(comparison, name, theirs, await askRefusals(own, variants))
    refusals.push(theirs)
    console.error(`${name}: ${variants.length} subgraphs`)
  }
  const scripts = [new ParityScript(), ...(await Promise.all(options.script.map(loadScript)))]
  if (isAsked(REFUSALS)) await askBoth(REFUSALS, VARIANTS)
  // The chain is mined for the cases alone.
  const [theirs, ours] =
    list.length > 0 ? await runCases([graphNode, own], list, chain, scripts) : []
  for (const [index, { name }] of list.entries()) {
    const id = theirs.ids.get(name)
    if (id === undefined || id !== ours.ids.get(name)) {
      comparison.failures.compared += 1
      comparison.differences.push({
        case: name,
        question: 'deployment',
        graphNode: id ?? theirs.refused.get(name),
        tributary: ours.ids.get(name) ?? ours.refused.get(name),
      })
      continue
    }
    const questions = await makeQuestions(graphNode, id, chain, questionPlan(name), index)
    const asked = await askAll(graphNode, id, chain, questions)
    const answers = asked.filter(({ answer }) => answer !== PANIC)
    const ownAnswers = await askAll(
      own,
      id,
      chain,
      answers.map(({ question }) => question),
    )
    compareFacts(comparison, name, answers, ownAnswers)
    recorded.push({ name, facts: answers })
    const panics = asked.length - answers.length
    const left = panics > 0 ? `, ${panics} left out, at which graph-node panics` : ''
    console.error(`${name}: ${answers.length} questions${left}`)
  }
  if (isAsked(GRAFT_REFUSALS)) await askBoth(GRAFT_REFUSALS, graftVariants(theirs.ids))
  if (options.record && recorded.length > 0) await writeRecord(recorded)
  if (options.record && refusals.length > 0) {
    // Those that were not asked stay as they were recorded.
    await writeRefusals(Object.assign({}, await readRefusals(), ...refusals))
  }
} finally {
  for (const stop of stopping.reverse()) await stop()
}

if (!options.json) {
  for (const difference of comparison.differences) console.log(JSON.stringify(difference, null, 2))
}
console.log(JSON.stringify(comparison))
process.exit(comparison.differences.length > 0 ? 1 : 0)

async function started<Part extends { stop(): Promise<unknown> }>(starting: Promise<Part>) {
  const part = await starting
  stopping.push(() => part.stop())
  return part
}

async function askAll(
  host: ParityHost,
  id: string,
  chain: ParityChain,
  questions: readonly Question[],
): Promise<Fact[]> {
  const facts: Fact[] = []
  for (const question of questions) {
    facts.push({ question, answer: await askHost(host, id, chain, question) })
  }
  return facts
}

function namedCase(text: string): ParityCase {
  const [name, build] = text.split('=')
  return { name, build }
}

async function loadScript(file: string): Promise<ChainScript> {
  return (await import(pathToFileURL(resolve(file)).href)).script
}
