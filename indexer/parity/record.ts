import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { CaseFacts } from './compare/fact.ts'

/** Where graph-node's answers are kept. */
const RECORD_FILE = join(import.meta.dirname, 'recorded.json.gz')

/** Keeps graph-node's answers for runs without it. */
export async function writeRecord(cases: readonly CaseFacts[]): Promise<void> {
  const text = cases.map((facts) => JSON.stringify(facts)).join('\n')
  await writeFile(RECORD_FILE, gzipSync(text, { level: 9 }))
}

/** graph-node's answers, as {@link writeRecord} kept them. */
export async function readRecord(): Promise<CaseFacts[]> {
  const text = gunzipSync(await readFile(RECORD_FILE)).toString('utf8')
  return text.split('\n').map((line) => JSON.parse(line))
}
