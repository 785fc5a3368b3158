import { TributaryError } from '@tributary/protocol/errors/tributaryError'
import type { Snapshot } from '@tributary/protocol/records/snapshotRoot'
import type { ContentStore } from '@tributary/storage/client/contentStore'
import { decodeSegment } from '../../token-index/decodeSegment.ts'
import type { Segment } from '../../token-index/segment.ts'
import { createTokenIndex, type TokenIndex } from '../../token-index/tokenIndex.ts'
import type { Candidate } from './candidate.ts'
import type { CandidateStore } from './candidateStore.ts'

/** Records of a model are not indexed yet. */
export class NotIndexedError extends TributaryError {}

/** The records that a model may owe an answer to, and an index of their tokens. */
export interface ModelCandidates {
  records: ReadonlyMap<bigint, Candidate>
  index: TokenIndex
}

/** Models whose candidates are kept ready. */
const KEPT_MODELS = 8

/**
 * Keeps the candidates of the models that answer most. Segments are fetched once; a model's index
 * is made anew only when ingest has written something since.
 */
export class CandidateCache {
  readonly #store: CandidateStore
  readonly #content: Pick<ContentStore, 'get'>
  readonly #segments = new Map<string, Segment>()
  readonly #models = new Map<string, { version: string; made: Promise<ModelCandidates> }>()

  constructor(store: CandidateStore, content: Pick<ContentStore, 'get'>) {
    this.#store = store
    this.#content = content
  }

  /**
   * The candidates of a model.
   *
   * @param snapshots what the model was trained on
   * @param tokenizerHash which tokenizer the answer's tokens are from
   */
  async of(snapshots: readonly Snapshot[], tokenizerHash: string): Promise<ModelCandidates> {
    const key = [
      tokenizerHash,
      ...snapshots.map(({ datanetId, lastRecordNo }) => `${datanetId}:${lastRecordNo}`),
    ].join(' ')
    const version = await this.#store.version()
    const known = this.#models.get(key)
    // Taken out and put back, so that the one used longest ago comes first.
    this.#models.delete(key)
    const model =
      known?.version === version ? known : { version, made: this.#make(snapshots, tokenizerHash) }
    this.#models.set(key, model)
    const [oldest] = this.#models.keys()
    if (this.#models.size > KEPT_MODELS) this.#models.delete(oldest)
    try {
      return await model.made
    } catch (error) {
      if (this.#models.get(key) === model) this.#models.delete(key)
      throw error
    }
  }

  async #make(snapshots: readonly Snapshot[], tokenizerHash: string): Promise<ModelCandidates> {
    const records = await this.#store.candidates(snapshots)
    const stored = await this.#store.segments(snapshots, tokenizerHash)
    const segments = await Promise.all(stored.map(({ manifestHash }) => this.#fetch(manifestHash)))
    const indexed = new Set(segments.flatMap(({ recordNos }) => [...recordNos]))
    const missing = [...records.keys()].filter((recordNo) => !indexed.has(recordNo))
    if (missing.length > 0) {
      throw new NotIndexedError(
        `${missing.length} of ${records.size} records of the model are not indexed, record ${missing[0]} among them`,
        { code: 'attribution_not_indexed', hint: 'Ingest is still at work; the job is repeated.' },
      )
    }
    return { records, index: createTokenIndex(segments, (recordNo) => records.has(recordNo)) }
  }

  async #fetch(manifestHash: string): Promise<Segment> {
    const known = this.#segments.get(manifestHash)
    if (known !== undefined) return known
    const segment = decodeSegment(await this.#content.get(manifestHash))
    this.#segments.set(manifestHash, segment)
    return segment
  }
}
