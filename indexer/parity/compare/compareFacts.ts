import { type Fact, type Question, questionText } from './fact.ts'

/** How many answers were compared, and how many were equal. */
export interface Count {
  equal: number
  compared: number
}

/** What a comparison found; printed as the last line of `test:parity`. */
export interface Comparison {
  readonly poi: Count
  readonly queries: Count
  readonly failures: Count
  readonly differences: Difference[]
}

/** Two answers to one question. */
export interface Difference {
  readonly case: string
  readonly question: string
  readonly graphNode: unknown
  readonly tributary: unknown
}

export function emptyComparison(): Comparison {
  const count = () => ({ equal: 0, compared: 0 })
  return { poi: count(), queries: count(), failures: count(), differences: [] }
}

const COUNTS = { poi: 'poi', query: 'queries', failure: 'failures' } as const satisfies Record<
  Question['kind'],
  keyof Comparison
>

/** Adds one case's answers of both hosts to a comparison. */
export function compareFacts(
  comparison: Comparison,
  name: string,
  graphNode: readonly Fact[],
  tributary: readonly Fact[],
): void {
  for (const [index, { question, answer }] of graphNode.entries()) {
    const count = comparison[COUNTS[question.kind]]
    const own = tributary[index].answer
    count.compared += 1
    // As text, since the order of fields is part of an answer.
    if (JSON.stringify(own) === JSON.stringify(answer)) count.equal += 1
    else {
      comparison.differences.push({
        case: name,
        question: questionText(question),
        graphNode: answer,
        tributary: own,
      })
    }
  }
}
