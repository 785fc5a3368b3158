import { readFile } from 'node:fs/promises'
import { FAILSAFE_SCHEMA, load, mergeTag, nullCoreTag } from 'js-yaml'
import { asList, asMap, asText, CaseError, type Plain, type PlainMap } from './plain.ts'

const SHARED_KEYS = ['given', 'sources', 'calls', 'balances', 'contracts']
const SUITE_KEYS = ['examples', 'tests', ...SHARED_KEYS]
const TEST_KEYS = ['name', 'when', 'then', ...SHARED_KEYS]
const SCHEMA = FAILSAFE_SCHEMA.withTags([nullCoreTag, mergeTag])

/** A file of mapping tests, not yet held against a subgraph. */
export interface Suite {
  readonly file: string
  /** What all tests of the file begin with. */
  readonly shared: PlainMap
  readonly tests: readonly SuiteTest[]
}

export interface SuiteTest {
  readonly name: string
  /** Where it stands in the file, for messages. */
  readonly place: string
  readonly map: PlainMap
}

/**
 * Reads a file of mapping tests, YAML or JSON.
 *
 * @throws CaseError when it is none.
 */
export async function readSuite(file: string): Promise<Suite> {
  const text = await readFile(file, 'utf8')
  let yaml: Plain
  try {
    yaml = load(text, { schema: SCHEMA }) as Plain
  } catch (cause) {
    throw new CaseError(file, `no YAML: ${(cause as Error).message}`)
  }
  const map = asMap(yaml, file, SUITE_KEYS)
  const tests = asList(map.tests, `${file}: tests`).map((item, at): SuiteTest => {
    const place = `tests[${at}]`
    const test = asMap(item, `${file}: ${place}`, TEST_KEYS)
    return { name: asText(test.name, `${file}: ${place}.name`), place, map: test }
  })
  if (tests.length === 0) throw new CaseError(file, 'there are no `tests` in it')
  return { file, shared: map, tests }
}
