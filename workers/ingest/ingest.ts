import type { ContentStore } from '@tributary/storage/client/contentStore'
import type { EngineClient } from '../engine-client/engineClient.ts'
import { errorMessage } from '../process/errorMessage.ts'
import { log } from '../process/log.ts'
import { buildSegment } from '../token-index/buildSegment.ts'
import { encodeSegment } from '../token-index/encodeSegment.ts'
import type { FetchedRecord } from './bodies/fetchContribution.ts'
import { ContributionRefused, fetchContribution } from './bodies/fetchContribution.ts'
import { Clusters } from './clusters/clusters.ts'
import { refetchText } from './clusters/refetchText.ts'
import type { ChainContribution } from './contributions/contributionsAfter.ts'
import type { IngestStore, SegmentRow } from './rows/ingestStore.ts'
import { recordRow } from './rows/recordRow.ts'
import { cutRuns } from './segments/cutRuns.ts'

/** Whom ingest talks to. */
export interface IngestParts {
  /** Contributions with a higher id in finalized blocks, by id. */
  contributionsAfter(contributionId: bigint): Promise<ChainContribution[]>
  content: Pick<ContentStore, 'get' | 'find' | 'getSalt' | 'put'>
  engine: Pick<EngineClient, 'tokenize'>
  store: IngestStore
  /** Which tokenizer the engine's ids belong to, 0x-hex. */
  tokenizerHash: string
  now(): number
}

/** Bytes of record text that are taken in before they are written. */
const ROUND_BYTES = 16 * 2 ** 20
/** Bytes of record text in one segment, about 4 million tokens. */
const SEGMENT_BYTES = 16 * 2 ** 20
const TOKENIZE_AT_ONCE = 32
const FIRST_RETRY_MS = 5_000
const LAST_RETRY_MS = 600_000

interface Known {
  chain: ChainContribution
  done: boolean
  refusals: number
  retryAt: number
}

interface Ready extends Known {
  records: FetchedRecord[]
  tokens: number[][]
}

/**
 * Takes contributions in, each wholly or not at all: fetch and verify, cluster, tokenise, rows,
 * segment. What stands in the store decides where it goes on, so it may be killed at any moment.
 */
export class Ingest {
  readonly #parts: IngestParts
  readonly #known: Known[] = []
  /** Rows that each contribution has. */
  readonly #written = new Map<bigint, number>()
  readonly #storedCluster = new Map<bigint, bigint>()
  readonly #recordIds = new Map<bigint, string>()
  #segments: SegmentRow[] = []
  #clusterSeq = 0
  #clusters: Clusters | undefined

  private constructor(parts: IngestParts) {
    this.#parts = parts
  }

  /** Reads what was written before. */
  static async open(parts: IngestParts): Promise<Ingest> {
    const ingest = new Ingest(parts)
    const state = await parts.store.load()
    for (const { recordNo, recordId, contributionId, clusterId } of state.records) {
      ingest.#written.set(contributionId, (ingest.#written.get(contributionId) ?? 0) + 1)
      ingest.#storedCluster.set(recordNo, clusterId)
      ingest.#recordIds.set(recordNo, recordId)
    }
    ingest.#segments = state.segments.filter((row) => row.tokenizerHash === parts.tokenizerHash)
    ingest.#clusterSeq = state.clusterSeq
    return ingest
  }

  /** Contributions that are on the chain but not taken in. */
  get waiting(): number {
    return this.#known.filter((known) => !known.done).length
  }

  /**
   * Takes in what is new on the chain and what is due to be tried again, up to some megabytes.
   * Gives the number of contributions taken in; until it is 0 there may be more.
   */
  async round(): Promise<number> {
    await this.#learn()
    const ready = await this.#fetch()
    if (ready.length === 0) return 0
    await this.#tokenize(ready)
    await this.#writeClusters(ready)
    for (const contribution of ready) await this.#writeRecords(contribution)
    await this.#writeSegments(ready)
    return ready.length
  }

  async #learn(): Promise<void> {
    const last = this.#known.at(-1)?.chain.contributionId ?? 0n
    for (const chain of await this.#parts.contributionsAfter(last)) {
      const done = this.#hasRows(chain) && this.#isIndexed(chain)
      this.#known.push({ chain, done, refusals: 0, retryAt: 0 })
    }
  }

  /** A large contribution is written in several pieces, of which the last may be missing. */
  #hasRows({ contributionId, records }: ChainContribution): boolean {
    return this.#written.get(contributionId) === records
  }

  #isIndexed({ datanetId, firstRecordNo }: ChainContribution): boolean {
    return this.#segments.some(
      (row) =>
        row.datanetId === datanetId &&
        row.firstRecordNo <= firstRecordNo &&
        firstRecordNo <= row.lastRecordNo,
    )
  }

  async #fetch(): Promise<Ready[]> {
    const ready: Ready[] = []
    let bytes = 0
    for (const known of this.#known) {
      if (known.done || known.retryAt > this.#parts.now()) continue
      if (bytes >= ROUND_BYTES) break
      try {
        const records = await fetchContribution(this.#parts.content, known.chain)
        bytes += records.reduce((sum, record) => sum + record.byteLength, 0)
        ready.push(Object.assign(known, { records, tokens: [] }))
      } catch (error) {
        if (!(error instanceof ContributionRefused)) throw error
        this.#refuse(known, error)
      }
    }
    return ready
  }

  #refuse(known: Known, error: ContributionRefused): void {
    const wait = Math.min(FIRST_RETRY_MS * 2 ** known.refusals, LAST_RETRY_MS)
    known.refusals += 1
    known.retryAt = this.#parts.now() + wait
    log('ingest', 'refused', {
      contributionId: known.chain.contributionId,
      datanetId: known.chain.datanetId,
      reason: errorMessage(error),
      retryInMs: wait,
    })
  }

  async #tokenize(ready: Ready[]): Promise<void> {
    const texts = ready.flatMap(({ records }) => records.map(({ text }) => text))
    const ids: number[][] = []
    for (let from = 0; from < texts.length; from += TOKENIZE_AT_ONCE) {
      ids.push(...(await this.#parts.engine.tokenize(texts.slice(from, from + TOKENIZE_AT_ONCE))))
    }
    let at = 0
    for (const contribution of ready) {
      contribution.tokens = ids.slice(at, at + contribution.records.length)
      at += contribution.records.length
    }
  }

  /** Writes the clusters of the new records, and of older ones that these have joined together. */
  async #writeClusters(ready: Ready[]): Promise<void> {
    const clusters = await this.#openClusters()
    for (const { recordNo, text } of ready.flatMap(({ records }) => records)) {
      if (!clusters.has(recordNo)) clusters.add(recordNo, text)
    }
    const changed: { recordNo: bigint; clusterId: bigint }[] = []
    for (const recordNo of clusters.recordNos()) {
      const clusterId = clusters.clusterOf(recordNo)
      if (this.#storedCluster.get(recordNo) !== clusterId) changed.push({ recordNo, clusterId })
    }
    if (changed.length === 0) return
    // Numbered by the time, so that rows of an earlier life that arrive late never win.
    this.#clusterSeq = Math.max(this.#clusterSeq + 1, this.#parts.now())
    await this.#parts.store.insertClusters(this.#clusterSeq, changed)
    for (const { recordNo, clusterId } of changed) this.#storedCluster.set(recordNo, clusterId)
  }

  /**
   * Comparing needs the texts of all earlier records, which only the content store has. They are
   * read when the first new record comes; one that was erased keeps the cluster it had.
   */
  async #openClusters(): Promise<Clusters> {
    if (this.#clusters !== undefined) return this.#clusters
    const clusters = new Clusters()
    for (const [recordNo, clusterId] of this.#storedCluster) clusters.join(recordNo, clusterId)
    for (const [recordNo, recordId] of this.#recordIds) {
      const text = await refetchText(this.#parts.content, recordId)
      if (text !== undefined) clusters.add(recordNo, text)
    }
    this.#recordIds.clear()
    this.#clusters = clusters
    return clusters
  }

  async #writeRecords({ chain, records, tokens }: Ready): Promise<void> {
    if (this.#hasRows(chain)) return
    const rows = records.map((record, at) => recordRow(chain, record, tokens[at].length))
    await this.#parts.store.insertRecords(chain.contributionId, rows)
    this.#written.set(chain.contributionId, chain.records)
  }

  /** The last step: a record whose tokens can be found has its rows. */
  async #writeSegments(ready: Ready[]): Promise<void> {
    const isReady = new Set<Known>(ready)
    const datanets = new Set(ready.map(({ chain }) => chain.datanetId))
    for (const datanetId of datanets) {
      const placed = this.#known
        .filter(({ chain }) => chain.datanetId === datanetId)
        .map((known) => ({
          contributionId: known.chain.contributionId,
          ready: isReady.has(known) && !this.#isIndexed(known.chain),
          bytes: Number(known.chain.bytesTotal),
          known: known as Ready,
        }))
      for (const run of cutRuns(placed, SEGMENT_BYTES)) {
        await this.#writeSegment(
          datanetId,
          run.map(({ known }) => known),
        )
      }
    }
    for (const contribution of ready) {
      contribution.done = true
      // The texts have done their duty; the list of contributions stays.
      contribution.records = []
      contribution.tokens = []
    }
  }

  async #writeSegment(datanetId: bigint, run: Ready[]): Promise<void> {
    const { tokenizerHash, content, store } = this.#parts
    const documents = run.flatMap(({ records, tokens }) =>
      records.map(({ recordNo }, at) => ({ recordNo, tokens: tokens[at] })),
    )
    const { bytes, manifest } = encodeSegment(buildSegment({ datanetId, tokenizerHash }, documents))
    const manifestHash = await content.put(bytes)
    const earlier = this.#segments.filter((row) => row.datanetId === datanetId)
    const row: SegmentRow = {
      datanetId,
      tokenizerHash,
      seq: Math.max(0, ...earlier.map(({ seq }) => seq)) + 1,
      firstRecordNo: BigInt(manifest.firstRecordNo),
      lastRecordNo: BigInt(manifest.lastRecordNo),
      tokens: manifest.tokens,
      manifestHash,
    }
    await store.insertSegment(row)
    this.#segments.push(row)
    log('ingest', 'segment', {
      datanetId,
      seq: row.seq,
      contributions: run.length,
      records: documents.length,
      tokens: row.tokens,
    })
  }
}
