/**
 * An immutable piece of a Datanet's token index: the tokens of some records, sorted.
 *
 * In memory and in its stored form a token is its id + 1, and 0 ends every document, the last one
 * included: so the order is the numeric order of the tokens with "end of document" before all, and
 * no run of answer tokens can reach over a document's end.
 */
export interface Segment {
  datanetId: bigint
  /** Which tokenizer the ids belong to, 0x-hex. */
  tokenizerHash: string
  /** Token ids + 1, document after document, each ended by a 0. */
  text: Uint16Array | Uint32Array
  /** Start of every suffix of `text`, in the order of the suffixes. */
  suffixes: Uint32Array
  /** The values that occur in `text`, ascending; the first is 0. */
  symbols: Uint32Array
  /**
   * For each of `symbols`, the rank of its first suffix, and the length of `text` after the last:
   * the bucket table of the search. Neighbours differ by how often the symbol occurs, so these
   * are the unigram counts as well.
   */
  buckets: Uint32Array
  /** Where each document begins in `text`, and its length after the last. */
  offsets: Uint32Array
  /** The record that each document is, ascending. */
  recordNos: BigUint64Array
}

/** Tokens of a segment, the ends of its documents not counted. */
export function segmentTokens(segment: Segment): number {
  return segment.text.length - segment.recordNos.length
}
