/** A run of answer tokens. */
export interface TokenRun {
  /** First token, counted from 0. */
  start: number
  /** Number of tokens. */
  len: number
}

/**
 * The matches that no other match contains: one is kept only if it ends behind all that begin
 * before it (OLMoTrace, arXiv 2504.07096, step 1).
 *
 * @param lengths longest match from each answer token on
 */
export function maximalSpans(lengths: ArrayLike<number>): TokenRun[] {
  const spans: TokenRun[] = []
  let furthest = 0
  for (let start = 0; start < lengths.length; start++) {
    const end = start + lengths[start]
    if (lengths[start] === 0 || end <= furthest) continue
    spans.push({ start, len: lengths[start] })
    furthest = end
  }
  return spans
}
