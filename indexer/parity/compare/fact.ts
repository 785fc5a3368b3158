import type { GeneratedQuery } from '../queries/generatedQuery.ts'

/** What a host is asked about one case. */
export type Question =
  | { readonly kind: 'poi'; readonly block: number }
  | { readonly kind: 'query'; readonly query: GeneratedQuery }
  | { readonly kind: 'failure' }

/** A question with a host's answer, as text or JSON. */
export interface Fact {
  readonly question: Question
  readonly answer: unknown
}

/** What is known of a case. */
export interface CaseFacts {
  readonly name: string
  readonly facts: readonly Fact[]
}

/** A question as it is told of in a difference. */
export function questionText(question: Question): string {
  switch (question.kind) {
    case 'poi':
      return `proof of indexing at block ${question.block}`
    case 'failure':
      return 'failure state'
    case 'query': {
      const { query, variables } = question.query
      return variables ? `${query} with ${JSON.stringify(variables)}` : query
    }
  }
}
