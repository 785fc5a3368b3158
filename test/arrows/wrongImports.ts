import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { ALLOWED } from './allowed.ts'

export interface WrongImport {
  file: string
  imports: string
  reason: string
}

const SOURCE = /\.(ts|tsx|js|mjs|mts)$/
const SKIP = new Set(['node_modules', 'dist', 'out', 'cache', 'build', 'generated', 'testdata'])
// Static, re-exporting, dynamic and side-effect imports; a quoted path is all that matters.
const IMPORT = /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)['"]([^'"]+)['"]/g

/** Every import under `root` that crosses a room's wall where no door is, as ALLOWED says. */
export function wrongImports(root: string): WrongImport[] {
  const wrong: WrongImport[] = []
  for (const room of Object.keys(ALLOWED)) {
    for (const file of sources(join(root, room))) {
      for (const [, specifier] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
        const target = roomOf(root, file, specifier ?? '')
        if (target === undefined || target === room) continue
        const reason = !(target in ALLOWED)
          ? `${target} is no room`
          : specifier?.startsWith('.')
            ? 'rooms are imported by package name, never by relative path'
            : !ALLOWED[room]?.includes(target)
              ? `${room} may not import ${target}`
              : undefined
        if (reason) wrong.push({ file: relative(root, file), imports: specifier ?? '', reason })
      }
    }
  }
  return wrong
}

/** The room that an import leads to; undefined for packages and for what is not a room's. */
function roomOf(root: string, file: string, specifier: string): string | undefined {
  if (specifier.startsWith('@tributary/')) return specifier.split('/')[1]
  if (!specifier.startsWith('.')) return undefined
  const path = relative(root, resolve(dirname(file), specifier))
  return path.split(sep)[0]
}

function* sources(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (SKIP.has(entry.name)) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* sources(path)
    else if (SOURCE.test(entry.name)) yield path
  }
}
