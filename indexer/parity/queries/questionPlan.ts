import type { QuestionPlan } from './makeQuestions.ts'

/** How much is asked of a case: most of the one with every scalar type. */
export function questionPlan(name: string): QuestionPlan {
  if (name === 'scalars') return { random: 250, mistakes: true }
  if (name.startsWith('failing')) return { random: 5, systematic: 2, mistakes: false }
  if (name.endsWith('nonfatal'))
    return { random: 60, systematic: 25, mistakes: true, hasErrors: true }
  if (name.startsWith('graft-')) return { random: 40, systematic: 10, mistakes: false }
  if (name === 'files') return { random: 60, mistakes: true, timeless: true }
  return { random: 60, systematic: 25, mistakes: true }
}
