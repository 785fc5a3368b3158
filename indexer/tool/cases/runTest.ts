import type { BuiltSource, SubgraphBuild } from '../../manifest/subgraphBuild.ts'
import { type DataSource, staticSource } from '../../runner/dataSource.ts'
import { FileSources } from '../../runner/fileSources.ts'
import { matchTriggers } from '../../runner/matchTriggers.ts'
import { processBlock } from '../../runner/processBlock.ts'
import type { FilesOutcome } from '../../runner/processFiles.ts'
import { CurrentEntities } from '../../store/currentEntities.ts'
import type { MappingModule } from '../../wasm/mappingModule.ts'
import type { Failure } from '../explain/explainFailure.ts'
import { ToolError } from '../toolError.ts'
import { hexOf } from './abiPlain.ts'
import { type CreatedSource, checkThen, expectedFailure, type Outcome } from './checkThen.ts'
import { entityType, readEntity } from './entityPlain.ts'
import { MemoryEntities } from './memoryEntities.ts'
import { joinMocks, MockedChain, readMocks } from './mockedChain.ts'
import { asList, asMap, asText, CaseError, type PlainMap } from './plain.ts'
import { fileName, readBlocks, type TestBlock } from './readBlocks.ts'
import type { Suite, SuiteTest } from './readSuite.ts'
import { readTestContext } from './readTestContext.ts'

export interface TestResult {
  readonly name: string
  /** What is not as it should be; none when the test passed. */
  readonly problems: readonly string[]
  /** Handlers that ran, as `data source.handler`. */
  readonly handlers: readonly string[]
  /** Handlers that failed although the test does not say so. */
  readonly failures: readonly Failure[]
}

/**
 * Runs one mapping test: the real WASM, matched, decoded and run as the host does it, over
 * entities in memory and a chain that answers what the test says.
 */
export async function runTest(
  build: SubgraphBuild,
  modules: ReadonlyMap<string, MappingModule>,
  suite: Suite,
  test: SuiteTest,
): Promise<TestResult> {
  try {
    return await new TestRun(build, modules, suite, test).run()
  } catch (error) {
    if (!(error instanceof ToolError)) throw error
    return { name: test.name, problems: [error.message], handlers: [], failures: [] }
  }
}

class TestRun {
  readonly #build: SubgraphBuild
  readonly #modules: ReadonlyMap<string, MappingModule>
  readonly #test: SuiteTest
  readonly #entities: MemoryEntities
  readonly #chain: MockedChain
  readonly #sources: DataSource[]
  readonly #files = new FileSources()
  readonly #created: CreatedSource[]
  readonly #logs: Outcome['logs'][number][] = []
  readonly #failures: Failure[] = []
  readonly #handlers = new Set<string>()
  readonly #problems: string[] = []

  constructor(
    build: SubgraphBuild,
    modules: ReadonlyMap<string, MappingModule>,
    suite: Suite,
    test: SuiteTest,
  ) {
    this.#build = build
    this.#modules = modules
    this.#test = test
    this.#entities = new MemoryEntities(build.model)
    this.#give(suite.shared, 'given')
    this.#give(test.map, `${test.place}.given`)
    const mocks = joinMocks(
      readMocks(build, test.map, test.place),
      readMocks(build, suite.shared, 'the file'),
    )
    this.#chain = new MockedChain(build, mocks)
    const given = [
      ...readSources(build, suite.shared, 'sources'),
      ...readSources(build, test.map, `${test.place}.sources`),
    ]
    this.#created = [...given]
    this.#sources = build.dataSources.map(staticSource)
    for (const { source, about, context } of given) {
      if (source.fileHandler === null) {
        this.#sources.push({ source, address: about, startBlock: 0, context })
      } else {
        const region = this.#files.nextRegion
        this.#files.add({ source, file: about, context, creationBlock: 0, region })
      }
    }
  }

  async run(): Promise<TestResult> {
    const { map, place, name } = this.#test
    const blocks = readBlocks(this.#build, map.when, `${place}.when`)
    this.#chain.logs = blocks.flatMap(({ logs }) => logs)
    const current = new CurrentEntities(this.#entities)
    for (const block of blocks) {
      if (!(await this.#process(block, current))) break
    }
    const fails = expectedFailure(map.then, `${place}.then`)
    const messages = this.#failures.map(({ error }) => (error as Error).message)
    if (fails === null) this.#problems.push(...this.#failures.map(describeFailure))
    else if (!messages.some((message) => message.includes(fails))) {
      const got = messages.length === 0 ? 'none failed' : messages.join('; ')
      this.#problems.push(`a handler should fail with \`${fails}\`, but ${got}`)
    }
    const outcome = {
      build: this.#build,
      entities: this.#entities,
      created: this.#created,
      logs: this.#logs,
    }
    this.#problems.push(...checkThen(outcome, map.then, `${place}.then`))
    return {
      name,
      problems: this.#problems,
      handlers: [...this.#handlers],
      failures: fails === null ? this.#failures : [],
    }
  }

  /** @returns whether the next block may follow. */
  async #process(at: TestBlock, current: CurrentEntities): Promise<boolean> {
    const { block, logs, places, files } = at
    const failures = this.#failures.length
    for (const { file, place } of files) {
      const waiting = this.#files.waitingFor(file)
      for (const { source } of waiting) {
        this.#handlers.add(`${source.name}.${source.fileHandler?.handler}`)
      }
      if (waiting.length === 0) {
        this.#problems.push(`no data source waits for the file of ${place}: ${file}`)
      }
    }
    try {
      const outcome = await processBlock(
        {
          build: this.#build,
          chain: this.#chain,
          current,
          modules: this.#modules,
          sources: this.#sources,
          files: { sources: this.#files, arrived: files },
          log: (level, message) => this.#logs.push({ level, message }),
          failed: (at, trigger, error) => this.#failures.push({ block: at, trigger, error }),
        },
        block,
        logs,
      )
      current.apply(outcome.changes)
      this.#problems.push(...this.#entities.apply(outcome.changes))
      current.written()
      this.#sources.push(...outcome.created)
      for (const { source, address, context } of outcome.created) {
        this.#created.push({ source, about: address, context })
      }
      if (outcome.files !== null) this.#takeFiles(outcome.files)
    } catch (error) {
      // A failure of a handler is known already; anything else is one of this host.
      if (this.#failures.length === failures) throw error
    }
    const triggers = matchTriggers(this.#sources, block, logs)
    for (const { source, handler } of triggers)
      this.#handlers.add(`${source.source.name}.${handler}`)
    if (this.#failures.length > failures) {
      return this.#build.manifest.features.includes('nonFatalErrors')
    }
    for (const [at, log] of logs.entries()) {
      if (triggers.some((trigger) => trigger.kind === 'event' && trigger.log === log)) continue
      this.#problems.push(
        `no handler took the event of ${places[at]}: no data source of block ${block.number} has the address ${log.address} and this event`,
      )
    }
    return true
  }

  #takeFiles({ changes, created, done }: FilesOutcome): void {
    this.#problems.push(...this.#entities.applyFiles(changes))
    for (const { file } of done) this.#files.done(file)
    for (const source of created) {
      this.#files.add(source)
      this.#created.push({ source: source.source, about: source.file, context: source.context })
    }
  }

  #give(map: PlainMap, place: string): void {
    for (const [name, list] of Object.entries(asMap(map.given, place))) {
      const type = entityType(this.#build.model, name, place)
      for (const [at, item] of asList(list, `${place}.${name}`).entries()) {
        const where = `${place}.${name}[${at}]`
        this.#entities.put(type, readEntity(this.#build.model, type, asMap(item, where), where))
      }
    }
  }
}

interface GivenSource extends CreatedSource {
  readonly source: BuiltSource
  readonly about: string
}

function readSources(build: SubgraphBuild, map: PlainMap, place: string): GivenSource[] {
  return asList(map.sources, place).map((item, at) => {
    const where = `${place}[${at}]`
    const given = asMap(item, where, ['template', 'address', 'file', 'context'])
    const name = asText(given.template, `${where}.template`)
    const source = build.templates.find((template) => template.name === name)
    if (source === undefined) {
      const names = build.templates.map((template) => template.name).join(', ') || 'none'
      throw new CaseError(where, `the manifest has no template \`${name}\`, but ${names}`)
    }
    const about =
      source.fileHandler === null
        ? hexOf(given.address, 20, `${where}.address`)
        : fileName(given.file, `${where}.file`)
    return { source, about, context: readTestContext(given.context, `${where}.context`) }
  })
}

function describeFailure({ trigger, error }: Failure): string {
  return `${trigger.source.source.name}.${trigger.handler} failed: ${(error as Error).message}`
}
