import { copyFile, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { oneGenesis } from './oneGenesis.ts'

/**
 * Anvil rewrites its whole state file every few seconds; a kill in the middle leaves half a file.
 * So the last complete state is kept beside it, and taken back when the newest one is broken.
 */

const previous = (file: string) => `${file}.previous`

/**
 * Before anvil starts: makes `file` a complete state with one genesis block, or removes it when there
 * is none.
 */
export async function restoreState(file: string): Promise<'kept' | 'restored' | 'none'> {
  for (const [source, outcome] of [
    [file, 'kept'],
    [previous(file), 'restored'],
  ] as const) {
    const state = await readState(source)
    if (state === undefined) continue
    if (oneGenesis(state)) await writeFile(`${file}.new`, JSON.stringify(state))
    else if (outcome === 'restored') await copyFile(source, `${file}.new`)
    else return outcome
    await rename(`${file}.new`, file)
    return outcome
  }
  await rm(file, { force: true })
  return 'none'
}

/** While anvil runs: keeps a copy of `file` if it is complete and newer than the copy. */
export async function keepGeneration(file: string): Promise<boolean> {
  const [current, kept] = await Promise.all([modified(file), modified(previous(file))])
  if (current === undefined || (kept !== undefined && kept >= current)) return false
  const copy = `${previous(file)}.new`
  await copyFile(file, copy)
  if ((await readState(copy)) === undefined) {
    await rm(copy, { force: true })
    return false
  }
  await rename(copy, previous(file))
  return true
}

/** The state of a file, if the file is whole. */
async function readState(file: string): Promise<Parameters<typeof oneGenesis>[0] | undefined> {
  try {
    const state = JSON.parse(await readFile(file, 'utf8'))
    return state !== null && 'accounts' in state && Array.isArray(state.blocks) ? state : undefined
  } catch {
    return undefined
  }
}

async function modified(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).mtimeMs
  } catch {
    return undefined
  }
}
