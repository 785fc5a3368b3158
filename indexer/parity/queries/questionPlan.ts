import type { QuestionPlan } from './makeQuestions.ts'

/** How much is asked of a case: most of the one with every scalar type. */
export function questionPlan(name: string): QuestionPlan {
  if (name === 'scalars') return { random: 250 }
  if (name.startsWith('failing')) return { random: 0, systematic: 0 }
  return { random: 60, systematic: 25 }
}
