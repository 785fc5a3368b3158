import type { QuestionKind } from '../questions/planQuestions.ts'

/** One question and what came of it. */
export interface AnswerResult {
  kind: QuestionKind
  question: string
  base: string
  adapter: string
  top: { accountId: number; payee: string; label: string } | null
  topPpm: number
  basePpm: number
  commonsPpm: number
}

/** What a run shows; parts that it was not asked for are null. Wei as decimal strings. */
export interface SampleResult {
  ok: boolean
  contributors: number | null
  records: number | null
  inferences: number | null
  feeWei: string | null
  contributorWei: string | null
  otherWei: Record<
    'base' | 'commons' | 'modelOwner' | 'host' | 'stakers' | 'curators' | 'treasury',
    string
  > | null
  pendingWei: string | null
  ppmSum: number | null
  ledgerWei: string | null
  subgraphWei: string | null
  contractWei: string | null
  verify: { honest: boolean; tampered: boolean } | null
  answers: AnswerResult[] | null
  seconds: Record<string, number>
}
