/** A part of an answer over which the same spans lie. */
export interface Run {
  text: string
  /** Places of its spans in the list that was given; empty where no span lies. */
  spans: number[]
}

/** Neighbouring runs that spans hold together, or a stretch without any. */
export interface Passage {
  start: number
  end: number
  text: string
  runs: Run[]
  /** All spans that lie in it, as places in the list that was given. */
  spans: number[]
}

/**
 * Splits an answer where spans begin and end, and puts what overlapping spans cover into one
 * passage, so that each passage can be opened as one thing. The passages' texts give the answer
 * back. Spans that are empty or lie outside of the answer are cut to it or left out; none splits a
 * surrogate pair.
 */
export function answerPassages(
  answer: string,
  spans: readonly { start: number; end: number }[],
): Passage[] {
  const cut = spans.map(({ start, end }) => ({
    start: whole(answer, start),
    end: whole(answer, end),
  }))
  const edges = new Set([0, answer.length])
  for (const { start, end } of cut) {
    if (start < end) edges.add(start).add(end)
  }
  const sorted = [...edges].sort((a, b) => a - b)
  const passages: Passage[] = []
  for (let i = 0; i + 1 < sorted.length; i++) {
    const start = sorted[i] as number
    const end = sorted[i + 1] as number
    const over = cut.flatMap((span, at) => (span.start <= start && span.end >= end ? [at] : []))
    const run: Run = { text: answer.slice(start, end), spans: over }
    const last = passages.at(-1)
    if (last?.spans.some((span) => over.includes(span))) {
      last.end = end
      last.text += run.text
      last.runs.push(run)
      last.spans = [...new Set([...last.spans, ...over])].sort((a, b) => a - b)
    } else passages.push({ start, end, text: run.text, runs: [run], spans: over })
  }
  return passages
}

/** The place itself, moved into the text and off the middle of a surrogate pair. */
function whole(text: string, place: number): number {
  const within = Math.min(Math.max(place, 0), text.length)
  const isInside =
    within > 0 &&
    /[\ud800-\udbff]/.test(text[within - 1] ?? '') &&
    /[\udc00-\udfff]/.test(text[within] ?? '')
  return isInside ? within - 1 : within
}
