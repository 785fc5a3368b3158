import { copyFile, readFile, rename, rm, stat } from 'node:fs/promises'

/**
 * Anvil rewrites its whole state file every few seconds; a kill in the middle leaves half a file.
 * So the last complete state is kept beside it, and taken back when the newest one is broken.
 */

const previous = (file: string) => `${file}.previous`

/** Before anvil starts: makes `file` a complete state, or removes it when there is none. */
export async function restoreState(file: string): Promise<'kept' | 'restored' | 'none'> {
  if (await isComplete(file)) return 'kept'
  await rm(file, { force: true })
  if (!(await isComplete(previous(file)))) return 'none'
  await copyFile(previous(file), `${file}.new`)
  await rename(`${file}.new`, file)
  return 'restored'
}

/** While anvil runs: keeps a copy of `file` if it is complete and newer than the copy. */
export async function keepGeneration(file: string): Promise<boolean> {
  const [current, kept] = await Promise.all([modified(file), modified(previous(file))])
  if (current === undefined || (kept !== undefined && kept >= current)) return false
  const copy = `${previous(file)}.new`
  await copyFile(file, copy)
  if (!(await isComplete(copy))) {
    await rm(copy, { force: true })
    return false
  }
  await rename(copy, previous(file))
  return true
}

async function isComplete(file: string): Promise<boolean> {
  try {
    const state = JSON.parse(await readFile(file, 'utf8'))
    return typeof state === 'object' && state !== null && 'accounts' in state && 'blocks' in state
  } catch {
    return false
  }
}

async function modified(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).mtimeMs
  } catch {
    return undefined
  }
}
