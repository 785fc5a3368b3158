import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Refusals } from './askRefusals.ts'

const FILE = join(import.meta.dirname, 'recorded.json')

/** Keeps what graph-node has against the variants, for runs without it. */
export async function writeRefusals(refusals: Refusals): Promise<void> {
  await writeFile(FILE, `${JSON.stringify(refusals, null, 2)}\n`)
}

/** What {@link writeRefusals} kept. */
export async function readRefusals(): Promise<Refusals> {
  return JSON.parse(await readFile(FILE, 'utf8'))
}
