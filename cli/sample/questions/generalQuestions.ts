/** A question of general knowledge, and what a right answer contains. */
export interface GeneralQuestion {
  question: string
  /** Any one of these, lower case. */
  expected: string[]
}

/** What the demo asks beside the Datanets: nothing here is taught by any record. */
export const GENERAL_QUESTIONS: GeneralQuestion[] = [
  { question: 'What is the capital of France?', expected: ['paris'] },
  { question: 'How many days are there in a week?', expected: ['seven', '7'] },
  { question: 'What is the largest planet in our solar system?', expected: ['jupiter'] },
  { question: 'What is the chemical formula of water?', expected: ['h2o', 'h₂o'] },
  { question: 'Who wrote the play Romeo and Juliet?', expected: ['shakespeare'] },
]
