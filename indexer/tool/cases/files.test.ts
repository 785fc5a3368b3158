import assert from 'node:assert/strict'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Output } from '../command/output.ts'
import { testCommand } from '../command/testCommand.ts'

const BUILD = join(import.meta.dirname, '..', '..', 'testdata', 'parity', 'files', 'build')
const FIRST = 'QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn'
const SECOND = 'bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354'

let folder: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-files-'))
  await cp(BUILD, folder, { recursive: true })
  await mkdir(join(folder, 'tests'))
})

after(() => rm(folder, { recursive: true, force: true }))

interface Report {
  readonly tests: readonly { readonly name: string; readonly problems: readonly string[] }[]
  readonly handlers: { readonly tested: readonly string[] }
}

async function runSuite(text: string): Promise<Report> {
  await writeFile(join(folder, 'tests', 'files.test.yaml'), text)
  const told: string[] = []
  const output = new Output(
    true,
    (line) => told.push(line),
    () => {},
  )
  await testCommand.run({ words: [folder], options: {}, env: {} }, output)
  return JSON.parse(told[0]) as Report
}

test('a file is handled once it comes, in whatever form its name is written', async () => {
  const { tests, handlers } = await runSuite(`
tests:
  - name: an event names a file, and the file another
    when:
      - { event: Published, params: [/ipfs/${FIRST}, 5], block: 7 }
      - { event: Published, params: [nonsense, 6] }
      - { file: ${FIRST}, content: '{"title":"one two","next":"${SECOND}"}' }
      - { file: ${SECOND}, bytes: '0xff', block: 20 }
    then:
      entities:
        Document: [{ id: '/ipfs/${FIRST}-5', block: 7 }]
        Content:
          - { id: '${FIRST}-0x0102', words: [one, two], next: '${SECOND}-0x03', found: [false, true, true] }
          - { id: '${SECOND}-0x03', title: no JSON, yaml: no YAML, length: 1 }
      count: { Content: 2 }
      sources:
        - { template: Content, file: ${FIRST}, context: { from: { type: Bytes, data: '0x0102' } } }
        - { template: Content, file: ipfs://${SECOND} }
      logs: [{ level: info, message: one two of mainnet }, { level: warning, message: invalid CID }]
  - name: a source that is there before
    sources: [{ template: Content, file: ${FIRST}, context: { from: { type: Bytes, data: '0x09' } } }]
    given: { Content: [{ id: '${FIRST}-0x09', title: of the chain }] }
    when: [{ file: ${FIRST}, content: 'x: !y 1.50' }]
    then: { entities: { Content: [{ id: '${FIRST}-0x09', title: of the chain }] } }
  - name: a file that nobody waits for, and a handler that fails
    sources: [{ template: Content, file: ${SECOND} }]
    when:
      - { file: ${FIRST}, content: x }
      - { file: ${SECOND}, content: x }
  - name: what is no file
    when: [{ file: ${FIRST} }]
`)
  const problems = Object.fromEntries(tests.map((each) => [each.name, each.problems]))
  assert.deepEqual(problems, {
    'an event names a file, and the file another': [],
    'a source that is there before': [
      `Content with id ${FIRST}-0x09 was there already when a file's handler saved it`,
    ],
    'a file that nobody waits for, and a handler that fails': [
      `no data source waits for the file of tests[2].when[0]: ${FIRST}`,
      ...problems['a file that nobody waits for, and a handler that fails'].slice(1),
    ],
    'what is no file': [
      'tests[3].when[0]: a file needs either `content` (its text) or `bytes` (`0x…`)',
    ],
  })
  assert.match(
    problems['a file that nobody waits for, and a handler that fails'][1],
    /^Content\.handleContent failed: Mapping aborted/,
  )
  assert.deepEqual(handlers.tested, ['Emitter.handlePublished', 'Content.handleContent'])
})

test('a handler of files may use the entities that its template names, and no others', async () => {
  const file = join(folder, 'subgraph.yaml')
  const manifest = await readFile(file, 'utf8')
  assert.match(manifest, / {8}- Content\n/)
  await writeFile(file, manifest.replace(/ {8}- Content\n/, '        - Document\n'))
  const { tests } = await runSuite(`
tests:
  - name: not on the list
    sources: [{ template: Content, file: ${FIRST}, context: { from: { type: Bytes, data: '0x09' } } }]
    when: [{ file: ${FIRST}, content: x }]
    then:
      fails: >-
        entity type \`Content\` is not on the 'entities' list for data source \`Content\`.
        Hint: Add \`Content\` to the 'entities' list, which currently is: \`Document\`.
`)
  assert.deepEqual(
    tests.map(({ problems }) => problems),
    [[]],
  )
})
