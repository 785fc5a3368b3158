import { SegmentError } from './errors.ts'
import type { Segment } from './segment.ts'
import { suffixArray } from './suffixArray.ts'

/** A record's place in the chain's numbering, and its tokens. */
export interface TokenDocument {
  recordNo: bigint
  /** Token ids of the record's text. */
  tokens: ArrayLike<number>
}

/** Most tokens and ends of documents in one segment: suffixes are 32-bit, and memory is finite. */
export const MAX_SEGMENT_SYMBOLS = 1 << 28

/**
 * Sorts the tokens of some records into a segment; the records may come in any order.
 *
 * @example
 * const segment = buildSegment({ datanetId: 1n, tokenizerHash }, [{ recordNo: 4n, tokens }])
 */
export function buildSegment(
  index: { datanetId: bigint; tokenizerHash: string },
  documents: readonly TokenDocument[],
): Segment {
  const ordered = [...documents].sort((a, b) => (a.recordNo < b.recordNo ? -1 : 1))
  let length = 0
  let largest = 0
  for (const [at, { recordNo, tokens }] of ordered.entries()) {
    if (at > 0 && recordNo === ordered[at - 1].recordNo) {
      throw new SegmentError(`record ${recordNo} was given twice for one segment`, {
        code: 'segment_duplicate',
      })
    }
    for (let position = 0; position < tokens.length; position++) {
      const token = tokens[position]
      if (!Number.isInteger(token) || token < 0 || token >= 0xffff_ffff) {
        throw new SegmentError(`record ${recordNo} has token ${token} at ${position}`, {
          code: 'segment_token',
          hint: 'Token ids are unsigned 32-bit integers below 4294967295.',
        })
      }
      if (token >= largest) largest = token + 1
    }
    length += tokens.length + 1
  }
  if (length === 0) {
    throw new SegmentError('a segment needs at least one record', { code: 'segment_empty' })
  }
  if (length > MAX_SEGMENT_SYMBOLS) {
    throw new SegmentError(`${length} tokens exceed the ${MAX_SEGMENT_SYMBOLS} of a segment`, {
      code: 'segment_size',
      hint: 'Divide the records among several segments.',
    })
  }

  const text = largest > 0xffff ? new Uint32Array(length) : new Uint16Array(length)
  const offsets = new Uint32Array(ordered.length + 1)
  let end = 0
  for (const [at, { tokens }] of ordered.entries()) {
    offsets[at] = end
    for (let position = 0; position < tokens.length; position++) text[end++] = tokens[position] + 1
    end += 1
  }
  offsets[ordered.length] = end

  const { symbols, buckets, ranked } = rankSymbols(text, largest)
  return {
    ...index,
    text,
    suffixes: new Uint32Array(suffixArray(ranked, symbols.length).buffer),
    symbols,
    buckets,
    offsets,
    recordNos: BigUint64Array.from(ordered, ({ recordNo }) => recordNo),
  }
}

/** Numbers the symbols that occur from 0, so that sorting a small text costs no large alphabet. */
function rankSymbols(text: Uint16Array | Uint32Array, largest: number) {
  const occurring = new Map<number, number>()
  for (const symbol of text) occurring.set(symbol, (occurring.get(symbol) ?? 0) + 1)
  const symbols = Uint32Array.from(occurring.keys()).sort()
  const buckets = new Uint32Array(symbols.length + 1)
  const rankOf = new Int32Array(Math.min(largest, 1 << 20) + 1)
  // Vocabularies are far below 2^20; only hostile ids are looked up in the map.
  const rareRankOf = new Map<number, number>()
  for (const [rank, symbol] of symbols.entries()) {
    buckets[rank + 1] = buckets[rank] + (occurring.get(symbol) as number)
    if (symbol < rankOf.length) rankOf[symbol] = rank
    else rareRankOf.set(symbol, rank)
  }
  const ranked = new Int32Array(text.length)
  for (let at = 0; at < text.length; at++) {
    const symbol = text[at]
    ranked[at] = symbol < rankOf.length ? rankOf[symbol] : (rareRankOf.get(symbol) as number)
  }
  return { symbols, buckets, ranked }
}
