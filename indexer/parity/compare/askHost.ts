import type { ParityChain } from '../chain/parityChain.ts'
import type { ParityHost } from '../hosts/parityHost.ts'
import type { Question } from './fact.ts'
import { failureState } from './failureState.ts'

/** What a host's answer stands for when it panicked: it dropped the connection. */
export const PANIC = 'panic'

/** Answers a question about a deployment. */
export async function askHost(
  host: ParityHost,
  id: string,
  chain: ParityChain,
  question: Question,
): Promise<unknown> {
  switch (question.kind) {
    case 'poi': {
      const { hash } = await chain.block(question.block)
      const args = `subgraph: "${id}", blockNumber: ${question.block}, blockHash: "${hash}"`
      const { proofOfIndexing } = await host.status<{ proofOfIndexing: string | null }>(
        `{ proofOfIndexing(${args}) }`,
      )
      return proofOfIndexing
    }
    case 'failure':
      return failureState(host, id)
    case 'query':
      return answer((await host.query(id, question.query)) ?? PANIC)
  }
}

/** An answer as JSON, without what two hosts number each in its own way. */
function answer(text: string): unknown {
  const withoutNamespace = text.replaceAll(/sgd\d+/g, 'sgd')
  try {
    return comparable(JSON.parse(withoutNamespace))
  } catch {
    return withoutNamespace
  }
}

interface Answer {
  readonly errors?: readonly {
    readonly locations?: readonly { readonly line: number; readonly column: number }[]
    readonly message: string
  }[]
}

/** An answer without what graph-node's errors show of its insides, or give in any order. */
function comparable(answer: Answer): Answer {
  if (!answer.errors) return answer
  const errors = answer.errors.map(({ locations, message, ...rest }) => ({
    ...rest,
    locations: locations?.map(({ line, column }) => ({ line, column })),
    message: message
      .replace(/, query = [\s\S]*$/, '')
      .replace(/^(Unexpected [\s\S]*\nExpected |Syntax Error: )[\s\S]*$/, 'a syntax error'),
  }))
  return { ...answer, errors }
}
