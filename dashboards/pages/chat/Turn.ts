/** A question with what has come back so far. */
export interface Turn {
  id: number
  model: string
  question: string
  answer: string
  state: 'answering' | 'answered' | 'failed'
  requestId: string | undefined
  problem: string | undefined
}
