import assert from 'node:assert/strict'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { LEDGER } from '../../testing/ledgerChain.ts'
import { Output } from './output.ts'
import { testCommand } from './testCommand.ts'

let folder: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-cases-'))
  await cp(join(LEDGER, 'build'), folder, { recursive: true })
  await mkdir(join(folder, 'tests'))
})

after(() => rm(folder, { recursive: true, force: true }))

interface Report {
  tests: { name: string; problems: string[] }[]
  handlers: { tested: string[]; untested: string[] }
  passed: number
  failed: number
}

async function runSuite(
  text: string,
  options: Record<string, string | boolean> = {},
): Promise<Report & { code: number; said: string }> {
  await writeFile(join(folder, 'tests', 'one.test.yaml'), text)
  const told: string[] = []
  const said: string[] = []
  const output = new Output(
    true,
    (line) => told.push(line),
    (line) => said.push(line),
  )
  const code = await testCommand.run({ words: [folder], options, env: {} }, output)
  return { ...(JSON.parse(told[0] ?? '{}') as Report), code, said: said.join('\n') }
}

const PEOPLE = `examples:
  alice: &alice '0x00000000000000000000000000000000000000aa'
  bob: &bob '0x00000000000000000000000000000000000000bb'
  ledger: &ledger '0x0000000000000000000000000000000000000001'
`

test('runs every kind of handler over what a file gives', async () => {
  const { code, tests, handlers, said } = await runSuite(`${PEOPLE}
given:
  Totals: [{ id: all, movements: 1, volume: 50 }]
calls:
  - { to: *ledger, function: balanceOf, args: [*bob], returns: [5] }
  - { to: *ledger, function: refuse, reverts: true }
tests:
  - name: a move
    given: { Account: [{ id: *alice, balance: 100000000000000000000, moves: 3, label: x }] }
    when: [{ event: Moved, params: { from: *alice, to: *bob, value: 30 }, block: { number: 7, timestamp: 9 } }]
    then:
      entities:
        Account: [{ id: *alice, balance: 99999999999999999970, moves: 4, label: x }, { id: *bob, share: 0.375, label: null }]
        Movement: [{ from: *alice, value: 30, timestamp: 9000000 }]
      count: { Movement: 1, Account: 2 }
  - name: a note, with lists, tuples, an indexed string and a receipt
    when: [{ event: Noted, params: [*alice, weather, '{"a":1}', '0x12', -4, [1, 2], [3, -4, here]] }]
    then: { entities: { Note: [{ text: '{"a":1}', mood: SAD, marks: [1, 2], place: 'here@3,-4', json: [a=1] }] } }
  - name: a template made in a block sees the rest of it, also what came before
    calls: [{ to: *bob, function: count, returns: [2] }]
    when:
      - { event: Visited, address: *bob, params: [*alice, 1], block: 4 }
      - { event: Opened, params: { branch: *bob, label: main } }
    then:
      entities: { Branch: [{ id: *bob, visits: 1, chainCount: 1 }] }
      sources: [{ template: Branch, address: *bob, context: { label: { type: String, data: main }, opened: { type: BigInt, data: 4 } } }]
      logs: [{ level: info, message: opened main }]
  - name: a data source that was there before
    given: { Branch: [{ id: *bob, label: main }] }
    sources: [{ template: Branch, address: *bob, context: { label: { type: String, data: main }, opened: { type: BigInt, data: 1 } } }]
    calls: [{ to: *bob, function: count, reverts: true }]
    when: [{ event: Visited, address: *bob, params: [*alice, 1] }]
    then: { entities: { Branch: [{ id: *bob, visits: 1, chainCount: null }] } }
  - name: block handlers
    when: [{ block: 0 }, { block: 4 }, { block: 5 }]
    then: { entities: { Totals: [{ id: all, blocks: 102 }] } }
  - name: a failure that is expected
    when: [{ event: Poisoned, params: [3] }]
    then: { fails: poisoned with 3, absent: { Account: ['0x00000000000000000000000000000000000000ff'] } }
`)
  assert.deepEqual(
    tests.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`)),
    [],
    said,
  )
  assert.equal(code, 0)
  assert.deepEqual(handlers.untested, [])
})

test('says what is not as the test has it', async () => {
  const { code, tests, passed, handlers, said } = await runSuite(`${PEOPLE}
tests:
  - name: fields, counts, absence and logs
    when: [{ event: Moved, params: [*alice, *bob, 30] }]
    then:
      entities: { Account: [{ id: *bob, balance: 31 }, { id: '0xcc' }], Movement: [{ value: 1 }] }
      count: { Movement: 2 }
      absent: { Account: [*bob] }
      logs: [nothing]
  - name: a failure that was not expected
    when: [{ event: Poisoned, params: [3] }]
  - name: a failure that did not come
    when: [{ event: Poisoned, params: [0] }]
    then: { fails: poisoned }
  - name: a call that nobody answers
    when: [{ event: Opened, params: [*bob, main] }]
  - name: an event of nobody
    when: [{ event: Moved, address: *bob, params: [*alice, *bob, 30] }]
`)
  const problems = Object.fromEntries(tests.map((one) => [one.name, one.problems.join('\n')]))
  assert.equal(passed, 0)
  assert.equal(code, 1)
  const first = problems['fields, counts, absence and logs'] as string
  assert.match(first, /Account\[0x0+bb\]\.balance is 30, expected 31/)
  assert.match(first, /there is no Account with id 0xcc, but 0x0+aa, 0x0+bb/)
  assert.match(first, /no Movement is as .* says; the nearest: .*value is 30, expected 1/)
  assert.match(first, /there are 1 Movement, expected 2/)
  assert.match(first, /there is a Account with id 0x0+bb, and there should be none/)
  assert.match(first, /no log has `nothing`; there are: none/)
  assert.match(problems['a failure that was not expected'] as string, /poisoned with 3/)
  assert.match(
    said,
    /event Poisoned\(uint256\)\n.*\n\s+reason = 3\n\s+at src\/ledger\/handlePoisoned/,
  )
  assert.match(problems['a failure that did not come'] as string, /but none failed/)
  const called =
    /called balanceOf\(address\):\(uint256\) of 0x0+1 at block 1, and the test mocks no/
  assert.match(problems['a call that nobody answers'] as string, called)
  assert.match(problems['an event of nobody'] as string, /no handler took the event of tests\[4\]/)
  assert.ok(handlers.untested.includes('Ledger.handleNoted'))
})

test('refuses a file that means nothing, with its place', async () => {
  const bad: [string, RegExp][] = [
    ['tests: [', /one\.test\.yaml: no YAML: .*\(1:\d+\)/],
    ['tests: []', /there are no `tests` in it/],
    ['test: 1', /`test` means nothing here; known are examples, tests, given/],
    ['tests: [{ name: x, than: {} }]', /tests\[0\]: `than` means nothing here/],
  ]
  for (const [text, message] of bad) await assert.rejects(runSuite(text), message)
  const steps: [string, RegExp][] = [
    ['{ event: Move }', /no data source has a handler for `Move`, but for Moved, /],
    ['{ event: Moved, params: { from: *alice } }', /`to` is left out of the parameters of Moved/],
    ["{ event: Moved, params: ['0x1', *bob, 1] }", /params\.from: expected 0x and pairs/],
    ['{ event: Moved, params: [*alice, *bob, -1] }', /params\.value: -1 is no uint256/],
    ['{ event: Visited, params: [*alice, 1] }', /`Branch` is a template: say which `address`/],
    ['{ block: 3 }, { block: 2 }', /block 2 comes after block 3/],
  ]
  const given: [string, RegExp][] = [
    ['{ Acount: [{ id: a }] }', /no entity type `Acount`, but Account/],
    ['{ Totals: [{ id: a, mov: 1 }] }', /`Totals` has no field `mov`/],
    ['{ Totals: [{ movements: 1 }] }', /the id is missing/],
  ]
  const { tests } = await runSuite(
    [
      `${PEOPLE}tests:`,
      ...steps.map(([step]) => `  - { name: x, when: [${step}] }`),
      ...given.map(([entities]) => `  - { name: x, given: ${entities} }`),
    ].join('\n'),
  )
  for (const [at, [, message]] of [...steps, ...given].entries()) {
    assert.match(tests[at]?.problems[0] ?? '', message)
  }
})

test('fails for a handler without a test only when asked to', async () => {
  const text = `${PEOPLE}\ntests: [{ name: x, when: [{ event: Moved, params: [*alice, *bob, 1] }] }]`
  assert.equal((await runSuite(text)).code, 0)
  assert.equal((await runSuite(text, { 'all-handlers': true })).code, 1)
  assert.equal((await runSuite(text, { only: 'nothing like it' })).code, 1, 'nothing ran')
})
