import { MAX_EVIDENCE_ROWS, type TokenSpan } from '../attribution/evidence.ts'
import { spanBits } from '../attribution/spanBits.ts'

/** What the token path is recomputed from. */
export interface TokenPathData {
  /** Tokens of every candidate: the records of the model's snapshots. */
  records: ReadonlyMap<bigint, ArrayLike<number>>
  /** The near-duplicate cluster of each record as it is known now. */
  clusterOf: ReadonlyMap<bigint, bigint>
  /** The tokenizer that the records were indexed with. */
  tokenize: (text: string) => number[]
}

/** Tokens beyond which a match is not followed. */
const MAX_SPAN_TOKENS = 256

/** A run of the answer with the records that hold it, ascending. */
interface FoundSpan {
  start: number
  len: number
  bits: number
  holders: bigint[]
}

/**
 * Looks for the answer's maximal runs in the candidates, by plain comparison, and holds the
 * evidence against them: the same runs, the same bits, held by those records. Null where all
 * agrees, else the first thing that does not.
 *
 * Clusters only ever grow together. So a record that holds a span without being named must be a
 * near-duplicate of one that is, and there cannot be more clusters now than were counted.
 */
export function tokenPathProblem(
  answer: string,
  spans: readonly TokenSpan[],
  data: TokenPathData,
): string | null {
  const found = findSpans(data.tokenize(answer), data.records)
  const named = new Set(spans.map(keyOf))
  const rows = spans.reduce((sum, { clusters }) => sum + Math.max(1, clusters.length), 0)
  const missing = found.find((span) => !named.has(keyOf(span)))
  if (missing !== undefined && rows < MAX_EVIDENCE_ROWS) {
    return `tokens ${range(missing)} of the answer stand in record ${missing.holders[0]}, which the evidence leaves out`
  }
  const byKey = new Map(found.map((span) => [keyOf(span), span]))
  for (const span of spans) {
    const again = byKey.get(keyOf(span))
    if (again === undefined) {
      return `tokens ${range(span)} of the answer are no maximal run that stands in a record`
    }
    const problem = spanProblem(span, again, data.clusterOf)
    if (problem !== null) return `tokens ${range(span)} of the answer ${problem}`
  }
  return null
}

function spanProblem(
  span: TokenSpan,
  again: FoundSpan,
  clusterOf: TokenPathData['clusterOf'],
): string | null {
  if (span.bits !== again.bits) return `carry ${again.bits} units of bits, not ${span.bits}`
  const holders = new Set(again.holders)
  const stranger = span.clusters.find(({ recordNo }) => !holders.has(recordNo))
  if (stranger !== undefined) return `do not stand in record ${stranger.recordNo}`
  const clusters = again.holders.map((recordNo) => clusterOf.get(recordNo) ?? recordNo)
  const distinct = new Set(clusters).size
  if (distinct > span.df || span.df > holders.size) {
    return `stand in ${distinct} clusters of ${holders.size} records, not in ${span.df} clusters`
  }
  if (span.clusters.length < span.df) return null
  const named = new Set(span.clusters.map(({ recordNo }) => clusterOf.get(recordNo) ?? recordNo))
  const at = clusters.findIndex((clusterId) => !named.has(clusterId))
  return at < 0 ? null : `stand in record ${again.holders[at]} too, which the evidence leaves out`
}

/** Maximal runs with a bit above chance, in the order of the answer. */
function findSpans(answer: readonly number[], records: TokenPathData['records']): FoundSpan[] {
  const wanted = new Set(answer)
  const counts = new Map<number, number>()
  const places = new Map<number, { recordNo: bigint; tokens: ArrayLike<number>; at: number }[]>()
  let total = 0
  for (const [recordNo, tokens] of records) {
    total += tokens.length
    for (let at = 0; at < tokens.length; at += 1) {
      const token = tokens[at] as number
      if (!wanted.has(token)) continue
      counts.set(token, (counts.get(token) ?? 0) + 1)
      const list = places.get(token) ?? []
      list.push({ recordNo, tokens, at })
      places.set(token, list)
    }
  }
  const found: FoundSpan[] = []
  let furthest = 0
  for (let start = 0; start < answer.length; start += 1) {
    const matches = (places.get(answer[start] as number) ?? []).map((place) => ({
      recordNo: place.recordNo,
      len: matchLength(answer, start, place.tokens, place.at),
    }))
    const len = matches.reduce((longest, match) => Math.max(longest, match.len), 0)
    if (len === 0 || start + len <= furthest) continue
    furthest = start + len
    const tokenCounts = answer.slice(start, start + len).map((token) => counts.get(token) as number)
    const bits = spanBits(tokenCounts, total)
    if (bits <= 0) continue
    const holders = new Set(
      matches.filter((match) => match.len === len).map(({ recordNo }) => recordNo),
    )
    found.push({ start, len, bits, holders: [...holders].sort((a, b) => (a < b ? -1 : 1)) })
  }
  return found
}

function matchLength(
  answer: readonly number[],
  start: number,
  tokens: ArrayLike<number>,
  at: number,
): number {
  const limit = Math.min(MAX_SPAN_TOKENS, answer.length - start, tokens.length - at)
  let len = 1
  while (len < limit && answer[start + len] === tokens[at + len]) len += 1
  return len
}

function keyOf({ start, len }: { start: number; len: number }): string {
  return `${start}+${len}`
}

function range({ start, len }: { start: number; len: number }): string {
  return `${start + 1} to ${start + len}`
}
