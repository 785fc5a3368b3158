import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { canonicalRecord } from '@tributary/protocol/records/canonicalRecord'
import { buildContribution } from '@tributary/protocol/records/contributionManifest'
import { randomNumbers } from '@tributary/protocol/testing/randomNumbers'
import { StoreClientError } from '@tributary/storage/client/storeRequest'
import { decodeSegment } from '../token-index/decodeSegment.ts'
import type { ChainContribution } from './contributions/contributionsAfter.ts'
import type { IngestParts } from './ingest.ts'
import { Ingest } from './ingest.ts'
import type { IngestStore, RecordRow, SegmentRow } from './rows/ingestStore.ts'

const TOKENIZER = `0x${'cd'.repeat(32)}`

/** A content store, a chain, an engine and a table store in memory; any call can be made to fail. */
class World {
  readonly blobs = new Map<string, Uint8Array>()
  readonly salts = new Map<string, Uint8Array>()
  readonly chain: ChainContribution[] = []
  readonly records = new Map<bigint, RecordRow>()
  readonly clusters = new Map<bigint, { clusterId: bigint; seq: number }>()
  readonly segments: SegmentRow[] = []
  clock = 1_000
  /** Calls until the one that "kills" the process. */
  callsLeft = Infinity

  step(): void {
    if (--this.callsLeft < 0) throw new Error('killed')
  }

  contribute(datanetId: bigint, texts: string[], author = 'ann'): ChainContribution {
    const named = texts.map((body) =>
      canonicalRecord({ kind: 'text', body, lang: 'en', licence: 'MIT', source: { author } }),
    )
    const salts = named.map((_, at) => new Uint8Array(32).fill(this.chain.length + at))
    const built = buildContribution(named, salts)
    for (const [at, { bytes }] of named.entries()) {
      this.put(bytes)
      this.salts.set(built.manifest.records[at].leaf, salts[at])
    }
    this.put(built.bytes)
    const last = this.chain.at(-1)
    const chain = {
      contributionId: BigInt(this.chain.length + 1),
      datanetId,
      accountId: 16n,
      firstRecordNo: last === undefined ? 1n : last.firstRecordNo + BigInt(last.records),
      records: named.length,
      bytesTotal: built.bytesTotal,
      contentRoot: built.contentRoot,
      manifestHash: built.manifestHash,
      blockNumber: 1,
    }
    this.chain.push(chain)
    return chain
  }

  put(bytes: Uint8Array): string {
    const hash = `0x${createHash('sha256').update(bytes).digest('hex')}`
    this.blobs.set(hash, bytes)
    return hash
  }

  get parts(): IngestParts {
    const get = async (hash: string) => {
      this.step()
      const bytes = this.blobs.get(hash)
      if (bytes === undefined) {
        throw new StoreClientError(`${hash} is not there`, { code: 'store_missing' })
      }
      return bytes
    }
    return {
      contributionsAfter: async (id) => this.chain.filter((one) => one.contributionId > id),
      content: {
        get,
        find: (hash) => get(hash).catch(() => null),
        getSalt: async (leaf) => this.salts.get(leaf) ?? null,
        put: async (bytes) => {
          this.step()
          return this.put(bytes)
        },
      },
      engine: {
        tokenize: async (texts) => {
          this.step()
          return texts.map((text) => [...text].map((letter) => letter.codePointAt(0) as number))
        },
      },
      store: this.store,
      tokenizerHash: TOKENIZER,
      now: () => this.clock,
    }
  }

  readonly store: IngestStore = {
    load: async () => ({
      records: [...this.records.values()].map((row) => ({
        ...row,
        clusterId: this.clusters.get(row.recordNo)?.clusterId as bigint,
      })),
      segments: [...this.segments],
      clusterSeq: Math.max(0, ...[...this.clusters.values()].map(({ seq }) => seq)),
    }),
    // The step before a write kills the process before it, the one behind kills it after.
    insertRecords: async (_, rows) => {
      this.step()
      for (const row of rows) {
        assert.deepEqual(this.records.get(row.recordNo) ?? row, row)
        this.records.set(row.recordNo, row)
      }
      this.step()
    },
    insertClusters: async (seq, rows) => {
      this.step()
      for (const { recordNo, clusterId } of rows) {
        assert.ok(seq > (this.clusters.get(recordNo)?.seq ?? 0))
        this.clusters.set(recordNo, { clusterId, seq })
      }
      this.step()
    },
    insertSegment: async (row) => {
      this.step()
      this.segments.push(row)
      this.step()
    },
  }

  /** Every record is in exactly one segment, and its rows and tokens are right. */
  assertComplete(contributions = this.chain): void {
    const indexed = new Map<bigint, string>()
    const keys = new Set<string>()
    for (const row of this.segments) {
      keys.add(`${row.datanetId}/${row.seq}`)
      const segment = decodeSegment(this.blobs.get(row.manifestHash) as Uint8Array)
      assert.equal(segment.recordNos[0], row.firstRecordNo)
      assert.equal(segment.recordNos.at(-1), row.lastRecordNo)
      for (const [at, recordNo] of segment.recordNos.entries()) {
        assert.ok(!indexed.has(recordNo), `record ${recordNo} is in two segments`)
        const symbols = segment.text.subarray(segment.offsets[at], segment.offsets[at + 1] - 1)
        indexed.set(recordNo, String.fromCodePoint(...[...symbols].map((symbol) => symbol - 1)))
        assert.equal(this.records.get(recordNo)?.datanetId, row.datanetId)
        assert.ok(this.clusters.has(recordNo))
      }
    }
    assert.equal(keys.size, this.segments.length)
    const expected = contributions.flatMap((one) =>
      Array.from({ length: one.records }, (_, at) => one.firstRecordNo + BigInt(at)),
    )
    assert.deepEqual(
      [...indexed.keys()].sort((a, b) => Number(a - b)),
      expected,
    )
    assert.equal(this.records.size, expected.length)
    for (const [recordNo, text] of indexed) {
      const bytes = this.blobs.get(this.records.get(recordNo)?.recordId ?? '') as Uint8Array
      assert.equal(JSON.parse(new TextDecoder().decode(bytes)).body, text)
      assert.equal(this.records.get(recordNo)?.tokenCount, text.length)
    }
  }
}

test('small contributions of one round and Datanet share a segment', async () => {
  const world = new World()
  world.contribute(1n, ['first text', 'second text'])
  world.contribute(2n, ['of another Datanet'])
  world.contribute(1n, ['third text'])
  const ingest = await Ingest.open(world.parts)
  assert.equal(await ingest.round(), 3)
  assert.equal(await ingest.round(), 0)
  world.assertComplete()
  assert.deepEqual(
    world.segments.map(({ datanetId, seq, firstRecordNo, lastRecordNo }) => [
      ...[datanetId, seq, firstRecordNo, lastRecordNo],
    ]),
    [
      [1n, 1, 1n, 4n],
      [2n, 1, 3n, 3n],
    ],
  )
  world.contribute(1n, ['fourth text'])
  assert.equal(await ingest.round(), 1)
  assert.equal(world.segments.at(-1)?.seq, 2)
  world.assertComplete()
})

test('labels a record by its author, or else by what it comes from', async () => {
  const world = new World()
  world.contribute(1n, ['by ann'])
  const ingest = await Ingest.open(world.parts)
  await ingest.round()
  const { label, package: name, kind, accountId } = world.records.get(1n) as RecordRow
  assert.deepEqual([label, name, kind, accountId], ['ann', '', 'text', 16n])
})

test('a contribution that is not what the chain says is refused whole, and taken in once mended', async () => {
  const spoil: Record<string, (world: World, bad: ChainContribution) => () => void> = {
    'its manifest is missing': (world, bad) => {
      const bytes = world.blobs.get(bad.manifestHash) as Uint8Array
      world.blobs.delete(bad.manifestHash)
      return () => world.blobs.set(bad.manifestHash, bytes)
    },
    'a body is missing': (world, bad) => {
      const [, second] = manifestOf(world, bad)
      const bytes = world.blobs.get(second.recordId) as Uint8Array
      world.blobs.delete(second.recordId)
      return () => world.blobs.set(second.recordId, bytes)
    },
    'a body is another one': (world, bad) => {
      const [, second] = manifestOf(world, bad)
      const bytes = world.blobs.get(second.recordId) as Uint8Array
      world.blobs.set(second.recordId, Uint8Array.from(bytes).fill(32, 9, 10))
      return () => world.blobs.set(second.recordId, bytes)
    },
    'a salt is missing': (world, bad) => {
      const [first] = manifestOf(world, bad)
      const salt = world.salts.get(first.leaf) as Uint8Array
      world.salts.delete(first.leaf)
      return () => world.salts.set(first.leaf, salt)
    },
    'a salt opens another leaf': (world, bad) => {
      const [first] = manifestOf(world, bad)
      const salt = world.salts.get(first.leaf) as Uint8Array
      world.salts.set(first.leaf, new Uint8Array(32).fill(99))
      return () => world.salts.set(first.leaf, salt)
    },
    'the chain has another root': (_, bad) => {
      const root = bad.contentRoot
      bad.contentRoot = `0x${'77'.repeat(32)}`
      return () => {
        bad.contentRoot = root
      }
    },
    'the chain counts other bytes': (_, bad) => {
      bad.bytesTotal += 1n
      return () => {
        bad.bytesTotal -= 1n
      }
    },
  }
  for (const [what, breakIt] of Object.entries(spoil)) {
    const world = new World()
    world.contribute(1n, ['before'])
    const bad = world.contribute(1n, ['bad one', 'bad two'])
    world.contribute(1n, ['after'])
    const mend = breakIt(world, bad)
    const ingest = await Ingest.open(world.parts)
    assert.equal(await ingest.round(), 2, what)
    assert.equal(ingest.waiting, 1, what)
    world.assertComplete([world.chain[0], world.chain[2]])
    // Not tried again before its time.
    mend()
    assert.equal(await ingest.round(), 0, what)
    world.clock += 60_000
    assert.equal(await ingest.round(), 1, what)
    world.assertComplete()
    assert.equal(world.segments.length, 3, what)
  }
})

test('a store that does not answer refuses nothing', async () => {
  const world = new World()
  world.contribute(1n, ['a text'])
  const ingest = await Ingest.open(world.parts)
  const away = new StoreClientError('away', { code: 'store_unreachable' })
  const { content } = world.parts
  const parts = { ...world.parts, content: { ...content, get: () => Promise.reject(away) } }
  await assert.rejects((await Ingest.open(parts)).round(), away)
  assert.equal(await ingest.round(), 1)
})

test('near-duplicates of any Datanet share the earliest record as their cluster', async () => {
  const words = (from: number) =>
    Array.from({ length: 70 }, (_, at) => `word${from + at}`).join(' ')
  const world = new World()
  world.contribute(1n, ['Hello, World!', words(0)])
  const first = await Ingest.open(world.parts)
  await first.round()
  world.contribute(2n, ['hello world', `${words(0)} and something more`, words(500)])
  // After a restart the earlier texts are read again; of an erased one only its cluster is known.
  world.blobs.delete(world.records.get(1n)?.recordId as string)
  const second = await Ingest.open(world.parts)
  await second.round()
  const clusterOf = (recordNo: bigint) => world.clusters.get(recordNo)?.clusterId
  assert.deepEqual([1n, 2n, 3n, 4n, 5n].map(clusterOf), [1n, 2n, 3n, 2n, 5n])
})

test('rows of which only some were written are written again', async () => {
  const world = new World()
  world.contribute(1n, ['one text', 'another text'])
  await (await Ingest.open(world.parts)).round()
  world.records.delete(2n)
  const ingest = await Ingest.open(world.parts)
  assert.equal(await ingest.round(), 1)
  world.assertComplete()
})

test('killed before or after any call, it goes on where it was', async () => {
  const random = randomNumbers(31)
  for (let kill = 0; kill < 40; kill++) {
    const world = new World()
    const contribute = () =>
      world.contribute(
        BigInt(1 + random.below(2)),
        Array.from({ length: 1 + random.below(3) }, (_, at) => `text ${world.chain.length} ${at}`),
      )
    for (let at = 0; at < 4; at++) contribute()
    world.callsLeft = kill
    const attempt = async () => {
      const ingest = await Ingest.open(world.parts)
      while ((await ingest.round()) > 0);
    }
    await attempt().catch((error: Error) => assert.match(error.message, /killed/))
    world.callsLeft = Infinity
    // More has arrived meanwhile, so the rounds are cut differently.
    contribute()
    await attempt()
    world.assertComplete()
  }
})

function manifestOf(world: World, { manifestHash }: ChainContribution) {
  const bytes = world.blobs.get(manifestHash) as Uint8Array
  return JSON.parse(new TextDecoder().decode(bytes)).records as { recordId: string; leaf: string }[]
}
