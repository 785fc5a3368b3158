import { PLANTED } from '../datanets/planted.ts'
import { packageQuestion, type SampleDatanet } from '../datanets/sampleDatanets.ts'
import type { InstalledPackage } from '../packages/installedPackages.ts'
import { GENERAL_QUESTIONS } from './generalQuestions.ts'
import { seededShuffle } from './seededShuffle.ts'

export type QuestionKind = 'taught' | 'planted' | 'untaught' | 'general'

export interface Question {
  kind: QuestionKind
  question: string
  /** What a right answer contains; any one of them. Empty where nobody can know. */
  expected: string[]
  /** The author whose record teaches it. */
  author: string | null
}

/**
 * The questions of a run: how many taught ones (the planted one among them), one about a package
 * that no record names, and the general ones, drawn by the seed.
 */
export function planQuestions(options: {
  packages: InstalledPackage[]
  datanets: SampleDatanet[]
  taught: number
  untaught: number
  general: number
  seed: number
}): Question[] {
  const { packages, datanets, seed } = options
  const trained = (datanets[0] as SampleDatanet).records
  const taught = seededShuffle(
    trained.filter(({ about }) => about !== PLANTED.name),
    seed,
  )
    .slice(0, options.taught - 1)
    .concat(trained.filter(({ about }) => about === PLANTED.name))
    .map(({ about, author, input }): Question => {
      const { answer } = input.body as { answer: string }
      const kind = about === PLANTED.name ? 'planted' : 'taught'
      return { kind, question: packageQuestion(about), expected: [answer], author }
    })
  const texts = datanets.flatMap(({ records }) => records.map(({ input }) => JSON.stringify(input)))
  const unnamed = packages.filter(
    ({ name }) => /^[a-z][a-z-]{4,}$/.test(name) && !texts.some((text) => text.includes(name)),
  )
  const untaught = seededShuffle(unnamed, seed)
    .slice(0, options.untaught)
    .map(
      ({ name }): Question => ({
        kind: 'untaught',
        question: packageQuestion(name),
        expected: [],
        author: null,
      }),
    )
  const general = GENERAL_QUESTIONS.slice(0, options.general).map(
    ({ question, expected }): Question => ({ kind: 'general', question, expected, author: null }),
  )
  return [...taught, ...untaught, ...general]
}
