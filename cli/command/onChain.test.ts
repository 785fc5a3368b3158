import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { connectContracts } from '@tributary/contracts/connect'
import { deploy } from '@tributary/contracts/deploy/deploy'
import { presets } from '@tributary/contracts/deploy/presets'
import type { Deployment } from '@tributary/contracts/deployment/deployment'
import { startAnvil, type TestChain } from '@tributary/contracts/test/support/anvil'
import { attributionVector } from '@tributary/protocol/attribution/attributionVector'
import { evidenceRoot, evidenceToJson } from '@tributary/protocol/attribution/evidence'
import { DEFAULT_PARAMS } from '@tributary/protocol/attribution/params'
import { spanBits } from '@tributary/protocol/attribution/spanBits'
import { vectorRoot, vectorToHex } from '@tributary/protocol/attribution/vector'
import {
  type BatchBody,
  batchEntryToJson,
  batchRoots,
  encodeBatchBody,
} from '@tributary/protocol/batches/batchBody'
import { DEVELOPMENT_KEYS } from '@tributary/protocol/config/developmentKeys'
import { daCommitmentHash } from '@tributary/protocol/hashes/daCommitmentHash'
import { requestIdFromBytes32 } from '@tributary/protocol/ids/requestId'
import type { ReceiptBundle } from '@tributary/protocol/messages/receiptBundle'
import { snapshotToJson } from '@tributary/protocol/messages/snapshot'
import { signReceipt } from '@tributary/protocol/receipts/receipt'
import { promptText, textHash } from '@tributary/protocol/receipts/textHash'
import { readContributionManifest } from '@tributary/protocol/records/contributionManifest'
import { readRecord } from '@tributary/protocol/records/readRecord'
import { recordLeaf } from '@tributary/protocol/records/recordLeaf'
import { snapshotRoot, snapshotsRoot } from '@tributary/protocol/records/snapshotRoot'
import { sampleEntry } from '@tributary/protocol/testing/sampleEntry'
import { type EventLog, hexlify, sha256, toUtf8Bytes, Wallet } from 'ethers'
import { type FakeApi, startFakeApi } from '../testing/fakeApi.ts'
import { runCommand } from '../testing/runCommand.ts'
import { segmentBlob } from '../testing/segmentBlob.ts'

const ANSWER = 'qrstuvwxyz'
const letters = (text: string) => [...text].map((letter) => letter.charCodeAt(0) - 97)

describe('command line on a chain', () => {
  let chain: TestChain
  let api: FakeApi
  let folder: string
  let deployment: Deployment
  let env: Record<string, string>
  const wallet = (index: number) => new Wallet(DEVELOPMENT_KEYS[index] as string, chain.provider)

  before(async () => {
    chain = await startAnvil()
    api = await startFakeApi()
    folder = await mkdtemp(join(tmpdir(), 'tributary-cli-'))
    deployment = await deploy({
      provider: chain.provider,
      deployer: wallet(0),
      preset: presets.local,
      serviceSigner: wallet(1).address,
    })
    api.answers.set('/v1/deployment', { ...deployment, rpcUrl: chain.url })
    env = { API_URL: api.url }
    const { datanets } = connectContracts(deployment, wallet(6))
    await (await datanets.create(0, 0, sha256('0x00'), 'sha256:00')).wait()
  })
  after(async () => {
    await chain.stop()
    await api.stop()
    await rm(folder, { recursive: true })
  })

  it('contributes: bodies, salts and manifest are stored, and the chain commits to them', async () => {
    const path = join(folder, 'facts.jsonl')
    const lines = ['{"question":"q1","answer":"a1"}', '{"text":"t"}', '{"text":"t"}']
    await writeFile(path, lines.join('\n'))
    const { code, json } = await runCommand(
      ['contribute', '1', path, '--licence', 'MIT', '--json'],
      env,
    )
    assert.equal(code, 0)
    assert.deepEqual(
      [json.records, json.repeated, json.firstRecordNo, json.lastRecordNo],
      [2, 1, '1', '2'],
    )
    assert.equal(json.address, wallet(5).address)
    const manifest = readContributionManifest(api.content.get(json.manifestHash)!)
    for (const { recordId, byteLength, leaf } of manifest.records) {
      const record = readRecord(api.content.get(recordId)!, recordId)
      assert.equal(record.licence, 'MIT')
      assert.equal(recordLeaf(api.salts.get(leaf)!, recordId, byteLength), leaf)
    }
    const { datanets } = connectContracts(deployment, chain.provider)
    const [event] = await datanets.queryFilter('ContributionSubmitted')
    const { args } = event as EventLog
    assert.deepEqual(
      [args.contentRoot, args.manifestHash, args.records],
      [json.contentRoot, json.manifestHash, 2n],
    )
    assert.equal((await datanets.datanet(1n)).lastRecordNo, 2n)

    const again = await runCommand(['contribute', '1', path, '--licence', 'MIT', '--json'], env)
    assert.equal(again.json.error.code, 'contribution_repeated')
  })

  it('refuses an unknown Datanet and an empty wallet, and stores nothing', async () => {
    const path = join(folder, 'new.txt')
    await writeFile(path, 'something new')
    const before = api.content.size
    const unknown = await runCommand(['contribute', '99', path, '--json'], env)
    assert.equal(unknown.json.error.code, 'datanet_unknown')
    assert.equal(api.content.size, before)
    api.posts.set('/graphql', () => ({
      status: 200,
      text: '{"data":{"datanets":[{"datanetId":"1","name":"npm descriptions"}]}}',
    }))
    const named = await runCommand(['contribute', 'npm-guides', path, '--json'], env)
    assert.match(named.json.error.hint, /1 npm descriptions/)
    const stored = api.content.size
    const poor = await runCommand(['contribute', 'npm-descriptions', path, '--json'], {
      ...env,
      TRIBUTARY_KEY: `0x${'77'.repeat(32)}`,
    })
    assert.equal(poor.json.error.code, 'wallet_empty')
    assert.equal(api.content.size, stored)
    assert.equal(
      (await runCommand(['contribute', '1', path], { ...env, TRIBUTARY_KEY: 'x' })).code,
      1,
    )
  })

  it('verifies an honest receipt to the last line, and not one with a changed share', async () => {
    const bundle = await settledBundle()
    api.answers.set(`/v1/receipts/${bundle.requestId}`, bundle)
    const { code, json } = await runCommand(['verify', bundle.requestId, '--json'], env)
    assert.deepEqual(
      json.checks.filter(({ ok }: { ok: boolean }) => ok !== true),
      [],
    )
    assert.equal(code, 0)
    assert.equal(json.verified, true)
    const people = await runCommand(['verify', bundle.requestId], env)
    assert.match(people.said, /✓ inclusion/)
    assert.match(people.said, /\nverified\n$/)

    const file = join(folder, 'tampered.json')
    const [first, second, ...rest] = attributionVector({
      rhoPpm: bundle.rhoPpm!,
      evidence: testEvidence(),
      params: DEFAULT_PARAMS,
    })
    const vector = vectorToHex([
      { ...first!, ppm: first!.ppm - 1 },
      { ...second!, ppm: second!.ppm + 1 },
      ...rest,
    ])
    await writeFile(file, JSON.stringify({ ...bundle, entry: { ...bundle.entry, vector } }))
    const tampered = await runCommand(['verify', file], env)
    assert.equal(tampered.code, 1)
    assert.match(tampered.said, /✗ shares/)
    assert.match(tampered.said, /NOT verified/)
  })

  it('asks the API for the batch of a file that was kept before there was one', async () => {
    const known = [...api.answers].find(([path]) => path.startsWith('/v1/receipts/'))
    const bundle = known?.[1] as ReceiptBundle
    const file = join(folder, 'early.json')
    await writeFile(file, JSON.stringify({ ...bundle, batch: null }))
    const { json } = await runCommand(['verify', file, '--json'], env)
    assert.equal(json.verified, true)
    assert.ok(json.checks.every(({ ok }: { ok: boolean | null }) => ok === true))
  })

  it('says when the node is of another chain', async () => {
    const other = { ...deployment, chainId: 1, rpcUrl: chain.url }
    api.answers.set('/v1/deployment', other)
    const known = [...api.answers.keys()].find((path) => path.startsWith('/v1/receipts/'))!
    const { json } = await runCommand(['verify', known.split('/').at(-1)!, '--json'], env)
    assert.equal(json.error.code, 'chain_other')
  })

  /** Record 2 holds the whole answer, record 1 some of its letters. */
  const recordTokens = new Map([
    [1n, letters('abcdefghijkl')],
    [2n, letters(`mnop${ANSWER}`)],
  ])

  function testEvidence() {
    const all = [...recordTokens.values()].flat()
    const bits = spanBits(
      letters(ANSWER).map((letter) => all.filter((one) => one === letter).length),
      all.length,
    )
    const row = { clusterId: 2n, accountId: 16n, recordNo: 2n }
    return {
      v: 1 as const,
      token: [{ start: 0, len: ANSWER.length, bits, df: 1, clusters: [row] }],
      gradient: [{ ...row, score: 1_000_000_000n }],
    }
  }

  /** A model, an answer and its batch on the chain, and their public data in the fake API. */
  async function settledBundle(): Promise<ReceiptBundle> {
    const vocab = Object.fromEntries(
      Array.from({ length: 26 }, (_, id) => [String.fromCharCode(97 + id), id]),
    )
    const tokenizer = toUtf8Bytes(
      JSON.stringify({
        normalizer: null,
        pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false },
        model: { type: 'BPE', vocab, merges: [] },
      }),
    )
    const tokenizerHash = sha256(tokenizer)
    const blob = segmentBlob({ datanetId: 1n, tokenizerHash, records: recordTokens })
    api.content.set(tokenizerHash, tokenizer)
    api.content.set(sha256(blob), blob)
    const row = { tokenizerHash, seq: '1', firstRecordNo: '1', lastRecordNo: '2', tokens: 26 }
    api.answers.set('/v1/index/segments?datanetId=1', {
      datanetId: '1',
      segments: [{ ...row, manifestHash: sha256(blob) }],
      clusters: [],
    })

    const { settlement, models } = connectContracts(deployment, wallet(1))
    const contentRoot = sha256('0x01')
    const snapshots = [
      {
        datanetId: 1n,
        snapshotRoot: snapshotRoot([
          { contributionId: 1n, firstRecordNo: 1n, records: 2, contentRoot },
        ]),
        lastRecordNo: 2n,
      },
    ]
    const sample = await sampleEntry({
      seq: ((await settlement.nextInferenceNo(1)) as bigint) & 0xffff_ffff_ffffn,
      service: wallet(1),
      payer: wallet(2),
      receiptDomain: domain(deployment.contracts.AttributionSettlement),
      voucherDomain: domain(deployment.contracts.PaymentEscrow),
    })
    await (await models.register(0, 0, sha256('0x02'), sha256('0x03'), [])).wait()
    await (
      await models.register(1, 1, sample.entry.receipt.adapterHash, sha256('0x04'), snapshots)
    ).wait()

    const evidence = testEvidence()
    const rhoPpm = 20_000
    const vector = attributionVector({ rhoPpm, evidence, params: DEFAULT_PARAMS })
    const receipt = {
      ...sample.entry.receipt,
      snapshotsRoot: snapshotsRoot(snapshots),
      promptHash: textHash(sample.salts.prompt, promptText(sample.messages)),
      answerHash: textHash(sample.salts.answer, ANSWER),
      evidenceRoot: evidenceRoot(evidence),
      vectorRoot: vectorRoot(vector),
    }
    const signature = await signReceipt(
      receipt,
      domain(deployment.contracts.AttributionSettlement),
      wallet(1),
    )
    const entry = { ...sample.entry, receipt, signature, vector, rhoPpm }
    const body: BatchBody = {
      v: 1,
      serviceId: 1,
      batchId: 1n,
      firstInferenceNo: receipt.inferenceNo,
      paramsVersion: 1,
      receipts: [entry],
    }
    const bytes = encodeBatchBody(body)
    const daCommitment = daCommitmentHash(`0x010000${sha256(bytes).slice(2)}`)
    const { receiptsRoot, attributionRoot, fees, count } = batchRoots(body)
    await (
      await settlement.commitBatch(
        1,
        1n,
        body.firstInferenceNo,
        count,
        fees,
        receiptsRoot,
        attributionRoot,
        1,
        daCommitment,
      )
    ).wait()
    api.answers.set('/v1/batches/1/1', JSON.parse(new TextDecoder().decode(bytes)))
    return {
      v: 1,
      requestId: requestIdFromBytes32(receipt.requestId),
      inferenceNo: receipt.inferenceNo.toString(),
      public: true,
      entry: batchEntryToJson(entry),
      receipt: batchEntryToJson(entry).receipt,
      signature,
      vector: vectorToHex(vector),
      rhoPpm,
      evidence: evidenceToJson(evidence),
      snapshots: snapshots.map(snapshotToJson),
      messages: sample.messages,
      answer: ANSWER,
      salts: { prompt: hexlify(sample.salts.prompt), answer: hexlify(sample.salts.answer) },
      batch: { serviceId: 1, batchId: '1', daCommitment },
    }
  }

  const domain = (verifyingContract: string) => ({ chainId: 31337n, verifyingContract })
})
