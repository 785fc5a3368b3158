import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { vectorToHex } from '@tributary/protocol/attribution/vector'
import { batchEntryToJson } from '@tributary/protocol/batches/batchBody'
import { readReceiptBundle } from '@tributary/protocol/messages/receiptBundle'
import { sampleEntry } from '@tributary/protocol/testing/sampleEntry'
import { Wallet } from 'ethers'
import { type FakeApi, refusal, startFakeApi } from '../testing/fakeApi.ts'
import { runCommand } from '../testing/runCommand.ts'

const GONE = { API_URL: 'http://127.0.0.1:9' }
const ID = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f'

describe('command line', () => {
  let api: FakeApi
  let folder: string
  let env: Record<string, string>

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tributary-cli-'))
  })
  after(() => rm(folder, { recursive: true }))
  beforeEach(async () => {
    api = await startFakeApi()
    env = { API_URL: api.url }
  })
  afterEach(() => api.stop())

  test('--help teaches each command, and no command shows the whole', async () => {
    for (const command of ['contribute', 'ask', 'verify', 'status']) {
      const { code, said } = await runCommand([command, '--help'], GONE)
      assert.equal(code, 0)
      assert.match(said, new RegExp(`^tributary ${command}`))
    }
    assert.equal((await runCommand([], GONE)).code, 2)
    assert.match((await runCommand(['-h'], GONE)).said, /npm start/)
    assert.match((await runCommand(['ask', '--help', '--json'], GONE)).json.help, /escrow/)
  })

  test('what is not understood is named, exit code 2', async () => {
    for (const [args, complaint] of [
      [['frob'], /no command "frob"/],
      [['--what'], /--what/],
      [['ask', 'model'], /tributary ask <model> "<question>"/],
      [['ask', 'm', 'q', '--temperature', '3'], /--temperature takes a number from 0 to 2/],
      [['status', '--public'], /status does not take --public/],
      [['verify', 'a', 'b'], /tributary verify/],
      [['contribute', '1'], /tributary contribute/],
    ] as const) {
      const { code, complained } = await runCommand(args, GONE)
      assert.equal(code, 2, args.join(' '))
      assert.match(complained, complaint)
    }
  })

  test('an API that is gone is said so, for people and for programs', async () => {
    const people = await runCommand(['status'], GONE)
    assert.equal(people.code, 1)
    assert.match(people.complained, /does not answer\n.*npm start/)
    const { code, json } = await runCommand(['verify', ID, '--json'], GONE)
    assert.equal(code, 1)
    assert.equal(json.error.code, 'api_unreachable')
  })

  test('status', async () => {
    const status = { url: api.url, ready: true, loop: 'running', step: 'train', inferences: 3 }
    api.answers.set('/v1/status', status)
    assert.deepEqual((await runCommand(['status', '--json'], env)).json, status)
    assert.match(
      (await runCommand(['status'], env)).said,
      /running, at step "train"; answers so far: 3/,
    )
  })

  test('files that cannot be taken in: nothing is stored, the file is named', async () => {
    const file = async (name: string, content: string | Uint8Array) => {
      await writeFile(join(folder, name), content)
      return join(folder, name)
    }
    for (const [path, complaint] of [
      [await file('big.txt', 'x'.repeat(1_048_577)), /big\.txt has 1048577 bytes/],
      [await file('latin.txt', new Uint8Array([0x63, 0xe9])), /latin\.txt is not text in UTF-8/],
      [await file('odd.jsonl', '{"text":"fine"}\n{"who":1}'), /odd\.jsonl, line 2/],
      [await file('none.jsonl', '\n'), /no record/],
      [await file('image.png', 'x'), /image\.png/],
      [join(folder, 'absent.txt'), /absent\.txt is not there/],
      [folder, /is no file/],
    ] as const) {
      const { code, complained } = await runCommand(['contribute', '1', path], env)
      assert.equal(code, 1)
      assert.match(complained, complaint)
      assert.equal(api.content.size, 0)
    }
  })

  test('ask prints the answer as it comes, then who shaped it, and keeps the receipt', async () => {
    const { entry } = await sampleEntry({
      seq: 1n,
      service: new Wallet(`0x${'01'.repeat(32)}`),
      payer: new Wallet(`0x${'02'.repeat(32)}`),
      receiptDomain: { chainId: 31337n, verifyingContract: `0x${'11'.repeat(20)}` },
      voucherDomain: { chainId: 31337n, verifyingContract: `0x${'22'.repeat(20)}` },
    })
    const vector = vectorToHex([
      { accountId: 3n, clusterId: 0n, ppm: 20_000 },
      { accountId: 17n, clusterId: 4n, ppm: 80_000 },
      { accountId: 21n, clusterId: 5n, ppm: 400_000 },
      { accountId: 21n, clusterId: 6n, ppm: 500_000 },
    ])
    api.answers.set(`/v1/receipts/${ID}`, {
      v: 1,
      requestId: ID,
      inferenceNo: '281474976710657',
      public: false,
      entry: { ...batchEntryToJson(entry), vector },
      rhoPpm: 20_000,
      evidence: null,
      snapshots: [],
      batch: null,
    })
    const asked: Record<string, unknown>[] = []
    api.posts.set('/v1/chat/completions', (body, key) => {
      asked.push({ ...body, key })
      const chunks = [
        { model: 'guide@1', choices: [{ delta: { content: 'It is ' } }] },
        { choices: [{ delta: { content: 'small.' } }] },
        { choices: [{ delta: {} }], tributary: { requestId: ID, inferenceNo: '281474976710657' } },
      ]
      const text = [...chunks.map((chunk) => JSON.stringify(chunk)), '[DONE]']
      return { status: 200, text: text.map((data) => `data: ${data}\n\n`).join('') }
    })
    const save = join(folder, 'answer.json')
    const { code, said } = await runCommand(
      ['ask', 'guide', 'What is', 'ms?', '--save', save, '--max-tokens', '9'],
      { ...env, TRIBUTARY_API_KEY: 'trb_own' },
    )
    assert.equal(code, 0)
    assert.match(said, /^It is small\.\n/)
    assert.match(said, /answered by guide@1 for 0\.\d+ OPEN/)
    const lines = said.split('\n').filter((line) => line.includes('%'))
    assert.deepEqual(
      lines.map((line) => line.trim()),
      ['2.00 %  base model', '0.00 %  commons', '90.00 %  account 21', '8.00 %  account 17'],
    )
    assert.equal(asked[0]?.key, 'Bearer trb_own')
    assert.equal(asked[0]?.max_tokens, 9)
    assert.deepEqual(asked[0]?.messages, [{ role: 'user', content: 'What is ms?' }])
    assert.deepEqual(asked[0]?.tributary, { public: false })
    const kept = readReceiptBundle(JSON.parse(await readFile(save, 'utf8')))
    assert.equal(kept.answer, 'It is small.')

    const { json } = await runCommand(['ask', 'guide', 'q', '--public', '--json'], env)
    assert.equal(json.answer, 'It is small.')
    assert.equal(json.shares[2].ppm, 900_000)
    assert.deepEqual(asked[1]?.tributary, { public: true })
  })

  test('an answer that is refused, fails or breaks off says why', async () => {
    const answer = (status: number, text: string) =>
      api.posts.set('/v1/chat/completions', () => ({ status, text }))
    const ask = async () => (await runCommand(['ask', 'm', 'q', '--json'], env)).json.error
    answer(402, refusal('insufficient_escrow', 'the escrow is empty'))
    assert.deepEqual(await ask(), {
      code: 'insufficient_escrow',
      message: 'the escrow is empty',
      hint: null,
    })
    answer(404, refusal('model_not_found', 'there is no model "m"'))
    assert.equal((await ask()).code, 'model_not_found')
    answer(200, `data: ${refusal('engine_failed', 'the engine died')}\n\n`)
    assert.equal((await ask()).message, 'the engine died')
    answer(200, 'data: {"choices":[{"delta":{"content":"It"}}]}\n\n')
    assert.equal((await ask()).code, 'answer_broken')
    answer(200, 'data: {"choices":[]}\n\ndata: [DONE]\n\n')
    assert.equal((await ask()).code, 'answer_unmetered')
  })

  test('a receipt that nobody knows is said so', async () => {
    const { json } = await runCommand(['verify', ID, '--json'], env)
    assert.equal(json.error.code, 'receipt_unknown')
    assert.equal(
      (await runCommand(['verify', '../../x', '--json'], env)).json.error.code,
      'receipt_unknown',
    )
    const broken = join(folder, 'broken.json')
    await writeFile(broken, '{')
    assert.equal(
      (await runCommand(['verify', broken, '--json'], env)).json.error.code,
      'receipt_file',
    )
  })

  test('a chain that is gone is said so', async () => {
    const path = join(folder, 'fine.txt')
    await writeFile(path, 'a text')
    api.answers.set('/v1/deployment', {
      chainId: 31337,
      contracts: {},
      rpcUrl: 'http://127.0.0.1:9',
    })
    const { json } = await runCommand(['contribute', '1', path, '--json'], env)
    assert.equal(json.error.code, 'chain_unreachable')
  })
})
