import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { LedgerChain } from '../testing/ledgerChain.ts'
import { query } from '../testing/runLedger.ts'
import { packagesFolder } from './testing/packagesFolder.ts'
import { readmeExample } from './testing/readmeExample.ts'
import { runTool, startTool } from './testing/runTool.ts'

let folder: string
let chain: LedgerChain
let waves: string
/** Where the tool's own Postgres keeps its data, which for root is not in the project. */
let data: string | undefined

/** The README's example, on a chain whose contract lies elsewhere. */
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-tool-'))
  execFileSync('bash', ['-c', await readmeExample('files')], { cwd: folder })
  await symlink(join(packagesFolder(), 'node_modules'), join(folder, 'node_modules'))
  chain = await LedgerChain.start()
  const creation = /"data":"(0x602e[0-9a-f]+)"/.exec(await readmeExample('chain'))?.[1] as string
  const hash = await chain.sendTo(null, creation)
  await chain.mine()
  const receipt = await chain.rpc.call<{ contractAddress: string }>(
    'eth_getTransactionReceipt',
    hash,
  )
  waves = receipt.contractAddress
  const networks = { local: { Waves: { address: waves, startBlock: 1 } } }
  await writeFile(join(folder, 'networks.json'), JSON.stringify(networks))
})

after(async () => {
  await chain?.stop()
  for (const path of [folder, data ?? folder]) await rm(path, { recursive: true, force: true })
})

test('the example of the README: tested, indexed, changed, explained, rewound, handed on', async (t) => {
  await t.test('its mapping tests pass', async () => {
    const { code, result, said } = await runTool(['test', folder, '--all-handlers'])
    assert.equal(code, 0, said)
    assert.equal(result.passed, 1)
  })

  const dev = startTool([
    ...['dev', folder, '--rpc', chain.url, '--network', 'local', '--name', 'waves'],
    ...['--port', '0', '--admin-port', '0'],
  ])
  const event = (name: string) => dev.told.findLast((one) => one.event === name)
  /** Waits as long as it takes: compiling does, on a busy machine. */
  const until = async (condition: () => boolean | Promise<boolean>) => {
    while (!(await condition())) {
      assert.equal(dev.process.exitCode, null, dev.said())
      await sleep(50)
    }
  }
  const has = (name: string) => until(() => event(name) !== undefined)
  await has('serving')
  data = /data in (.+)/.exec(dev.said())?.[1]
  const { url, adminUrl, deployment } = event('serving') as Record<string, string>

  const times = async (name = 'waves') => {
    const text = '{ wavers { times } }'
    const answer = await query<{ wavers: { times: string }[] }>(url as string, name, text).catch(
      () => null,
    )
    return answer?.wavers[0]?.times
  }

  await t.test('it is indexed and served', async () => {
    await wave(3)
    await wave(4)
    await until(async () => (await times()) === '7')
    const { code, result } = await runTool(['status', folder])
    assert.equal(code, 0)
    const [status] = result.deployments as { subgraph: string; health: string }[]
    assert.deepEqual([status?.subgraph, status?.health], [deployment, 'healthy'])
  })

  await t.test('a rewind takes blocks back, and they are indexed again', async () => {
    const { result } = await runTool(['rewind', String((await chain.blockNumber()) - 1), folder])
    assert.deepEqual(result, { deployment, block: (await chain.blockNumber()) - 1 })
    await until(async () => (await times()) === '7')

    const beyond = await runTool(['rewind', '99999', folder])
    assert.deepEqual([beyond.code, beyond.result.block], [0, await chain.blockNumber()])
    assert.match(beyond.said, /nothing after block 99999 is indexed/)
  })

  await t.test('it is deployed under another name', async () => {
    const args = ['deploy', folder, '--network', 'local', '--name', 'other/waves']
    const { code, result, said } = await runTool([...args, '--admin-url', adminUrl as string])
    assert.equal(code, 0, said)
    assert.equal(result.deployment, deployment)
    await until(async () => (await times('other/waves')) === '7')
  })

  const manifest = await readFile(join(folder, 'subgraph.yaml'), 'utf8')
  await t.test('a change that is none is reported, and the last version goes on', async () => {
    await writeFile(join(folder, 'subgraph.yaml'), `${manifest}  broken: [`)
    await has('refused')
    assert.match(String(event('refused')?.message), /^graph codegen failed:\n/)
    assert.equal(await times(), '7')

    const schema = await readFile(join(folder, 'schema.graphql'), 'utf8')
    const twins = ['OneTable', 'One_Table'].map(
      (name) => `type ${name} @entity(immutable: true) { id: ID! }\n`,
    )
    await writeFile(join(folder, 'schema.graphql'), schema + twins.join(''))
    await writeFile(join(folder, 'subgraph.yaml'), manifest)
    await until(() => /cannot be stored/.test(String(event('refused')?.message)))
    assert.equal(await times(), '7')
    await writeFile(join(folder, 'schema.graphql'), schema)
  })

  await t.test('a graft onto nothing is refused, and the last version goes on', async () => {
    const graft = `features: [grafting]\ngraft: { base: ${'Qm'.padEnd(46, 'x')}, block: 1 }\n`
    await writeFile(join(folder, 'subgraph.yaml'), graft + manifest)
    await until(() => /the graft base is invalid/.test(String(event('refused')?.message)))
    assert.match(dev.said(), /deployment not found: Qmx+\n.*A graft goes on from a deployment/)
    assert.equal(await times(), '7')
    await writeFile(join(folder, 'subgraph.yaml'), manifest)
  })

  await t.test('a changed mapping is deployed; where it fails is shown', async () => {
    const file = join(folder, 'src', 'waves.ts')
    const mapping = await readFile(file, 'utf8')
    const refuse = "  assert(event.params.times.toI32() != 13, 'no luck')\n$&"
    await writeFile(file, mapping.replace('  waver.times = waver.times.plus', refuse))
    await until(() => ![undefined, deployment].includes(event('deployed')?.deployment as string))
    await wave(13)
    await has('failed')
    assert.match(
      dev.said(),
      /> 11 \| {3}assert\(event\.params\.times\.toI32\(\) != 13, 'no luck'\)/,
    )
  })

  await t.test('check explains it, beside a dev and after it', async () => {
    await expectExplained(await runTool(['check', folder]))
    dev.process.kill('SIGTERM')
    assert.equal(await dev.ended, 0)
    const args = ['check', folder, '--rpc', chain.url, '--network', 'local']
    await expectExplained(await runTool(args))
  })
})

test('what is missing or wrong is said with what to do', async () => {
  const rpc = ['--rpc', chain.url]
  const nowhere = 'http://127.0.0.1:9'
  const cases: [args: string[], code: number, said: RegExp, databaseUrl?: string][] = [
    [['dev', folder], 1, /which chain\? Name its JSON-RPC: --rpc/],
    [['dev', tmpdir(), ...rpc], 1, /has no subgraph\.yaml: name a folder/],
    [['status', '--url', nowhere], 1, /no host answers at http:\/\/127\.0\.0\.1:9/],
    [['status', '--url', chain.url], 1, /\/graphql answers with HTTP \d+ and no JSON/],
    [['dev', folder, '--rcp', chain.url], 2, /Unknown option '--rcp'\n.* dev --help` says/],
    [['status', folder, 'more'], 2, /`more` means nothing here: it takes \[folder\]/],
    [['dev', folder, '--rpc', 'ws://node'], 2, /--rpc `ws:\/\/node` is no URL of HTTP/],
    [['dev', folder, ...rpc, '--port', '70000'], 2, /--port `70000` is no port: 0 to 65535/],
    [['dev', folder, ...rpc, '--name', 'a b'], 2, /a subgraph cannot be called `a b`: names are/],
    [['deploy', folder, '--name', 'a b'], 2, /a subgraph cannot be called `a b`: names are/],
    [['deploy', folder, '--admin-url', 'host'], 2, /--admin-url `host` is no URL of HTTP/],
    [['rewind', '-1', folder], 2, /Unknown option '-1'\n/],
    [['rewind', '', folder], 2, /`` is no block's number; name a block/],
    [['rewind', '1e2', folder], 2, /`1e2` is no block's number; name a block/],
    [
      ['dev', folder, ...rpc, '--network', 'local'],
      1,
      /the database at 127\.0\.0\.1:9 cannot be used \(.*\): correct DATABASE_URL/,
      'postgres://127.0.0.1:9/postgres',
    ],
    [['check', folder, ...rpc], 1, /DATABASE_URL is no URL such as postgres:/, 'nonsense'],
  ]
  for (const [args, code, expected, databaseUrl] of cases) {
    const run = await runTool(args, databaseUrl ? { DATABASE_URL: databaseUrl } : {})
    assert.match(run.said, expected)
    assert.equal(run.code, code, run.said)
  }
})

async function expectExplained(run: Awaited<ReturnType<typeof runTool>>): Promise<void> {
  assert.equal(run.code, 1, run.said)
  const { failure } = run.result
  const { handler, source, event, frames } = failure as {
    handler: string
    source: { file: string; line: number }
    event: { parameters: Record<string, string> }
    frames: { function: string; line: number }[]
  }
  assert.equal(handler, 'handleWaved')
  assert.deepEqual([source.file, source.line], ['src/waves.ts', 11])
  assert.equal(event.parameters.times, '13')
  assert.deepEqual([frames[0]?.function, frames[0]?.line], ['src/waves/handleWaved', 11])
}

async function wave(times: number): Promise<void> {
  await chain.sendTo(waves, `0x${times.toString(16).padStart(64, '0')}`)
  await chain.mine()
}
