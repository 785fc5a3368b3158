import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery } from 'graphql'
import { LAST_BLOCK } from '../chain/chainScript.ts'
import type { ParityChain } from '../chain/parityChain.ts'
import type { Question } from '../compare/fact.ts'
import type { ParityHost } from '../hosts/parityHost.ts'
import type { GeneratedQuery } from './generatedQuery.ts'
import { generateQueries, type QueryPlan } from './generateQueries.ts'
import { Samples } from './samples.ts'

/** How much is asked of a case. */
export type QuestionPlan = Pick<
  QueryPlan,
  'random' | 'systematic' | 'mistakes' | 'timeless' | 'hasErrors'
>

/** Proofs are compared at each so many blocks. */
const PROOF_BLOCKS = 100

/** What is asked about a deployment, made from what a host has indexed. */
export async function makeQuestions(
  host: ParityHost,
  id: string,
  chain: ParityChain,
  plan: QuestionPlan,
  seed: number,
): Promise<Question[]> {
  const questions: Question[] = [{ kind: 'failure' }]
  for (let block = PROOF_BLOCKS; block < LAST_BLOCK; block += PROOF_BLOCKS) {
    questions.push({ kind: 'poi', block })
  }
  questions.push({ kind: 'poi', block: LAST_BLOCK })
  const ask = async (query: GeneratedQuery) => {
    // Beside errors of skipped handlers there is data; beside all others there is none.
    const { data } = JSON.parse((await host.query(id, query)) ?? '{}')
    return data ?? null
  }
  const introspection = await ask({ query: getIntrospectionQuery() })
  if (introspection === null) return questions
  const schema = buildClientSchema(introspection as unknown as IntrospectionQuery)
  const samples = await Samples.take(schema, ask)
  const numbers = [...(plan.timeless ? [] : [60, 117, 203, 262, 301, 345, 400]), LAST_BLOCK]
  const blocks = await Promise.all(numbers.map((number) => chain.block(number)))
  const queries = generateQueries({ schema, samples, blocks, seed, ...plan })
  questions.push(...queries.map((query): Question => ({ kind: 'query', query })))
  return questions
}
