import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** One hash over the names and contents of files and folders, for "built from exactly this". */
export function sourceStamp(paths: string[], skip: Set<string> = new Set()): string {
  const hash = createHash('sha256')
  for (const path of paths) add(path)
  return hash.digest('hex')

  function add(path: string): void {
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) if (!skip.has(name)) add(join(path, name))
    } else {
      hash.update(path).update('\0').update(readFileSync(path)).update('\0')
    }
  }
}
