import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PLANTED } from '../datanets/planted.ts'
import type { SampleDatanet } from '../datanets/sampleDatanets.ts'
import type { InstalledPackage } from '../packages/installedPackages.ts'
import { contains } from './contains.ts'
import { planQuestions } from './planQuestions.ts'

const named = (name: string): InstalledPackage => ({
  name,
  version: '1.0.0',
  description: '',
  author: 'A',
  licence: 'MIT',
  folder: '',
  readme: null,
})
const record = (about: string): SampleDatanet['records'][number] => ({
  about,
  author: `author of ${about}`,
  input: {
    kind: 'qa',
    body: { question: `q ${about}`, answer: `Says what ${about} is.` },
    lang: 'en',
    licence: 'MIT',
    source: { package: about },
  },
})
const datanet: SampleDatanet = {
  slug: 's',
  name: 'n',
  description: 'd',
  records: [...'abcdefgh'].map(record).concat(record(PLANTED.name)),
}

test('questions are drawn by the seed, the planted one always among them', () => {
  const plan = (seed: number) =>
    planQuestions({
      packages: ['unheard-of', 'planted-of'].map(named),
      datanets: [datanet],
      taught: 4,
      untaught: 1,
      general: 2,
      seed,
    })
  assert.deepEqual(plan(1), plan(1))
  assert.notDeepEqual(plan(1), plan(2))
  const kinds = plan(1).map(({ kind }) => kind)
  assert.deepEqual(kinds, [
    'taught',
    'taught',
    'taught',
    'planted',
    'untaught',
    'general',
    'general',
  ])
})

test('a package that some record names is never asked as untaught', () => {
  const plan = planQuestions({
    packages: ['unheard-of', 'within-text'].map(named),
    datanets: [{ ...datanet, records: [record('within-text'), record(PLANTED.name)] }],
    taught: 1,
    untaught: 2,
    general: 0,
    seed: 0,
  })
  assert.deepEqual(
    plan.filter(({ kind }) => kind === 'untaught').map(({ question }) => question),
    ["What is the npm package 'unheard-of'?"],
  )
})

test('answers are compared as words, whatever their punctuation', () => {
  assert.ok(contains('It is **Paris**.', ['paris']))
  assert.ok(!contains('It is in parishes.', ['paris']))
  assert.ok(contains('A package; it wraps ANSI-codes!', ['Wraps ANSI codes.']))
})
