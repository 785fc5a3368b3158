import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { authorOf } from './authorOf.ts'

/** One package of the project's own dependencies, as its package.json tells of it. */
export interface InstalledPackage {
  name: string
  version: string
  description: string
  /** The person or organisation that it names as its author. */
  author: string
  licence: string
  folder: string
  /** File name of its README, where it has one. */
  readme: string | null
}

/**
 * Every package under a `node_modules` folder that names an author, in the order of the names.
 * Builds for one platform are left out, so that every machine sees the same packages.
 */
export function installedPackages(nodeModules: string): InstalledPackage[] {
  const packages: InstalledPackage[] = []
  for (const folder of packageFolders(nodeModules)) {
    const file = join(folder, 'package.json')
    if (!existsSync(file)) continue
    const manifest = JSON.parse(readFileSync(file, 'utf8'))
    const { name, version, description, license, os, cpu, libc } = manifest
    const author = authorOf(manifest)
    if (typeof name !== 'string' || typeof version !== 'string' || author === null) continue
    if (os || cpu || libc || name.startsWith('@tributary/')) continue
    packages.push({
      name,
      version,
      description: typeof description === 'string' ? description.trim() : '',
      author,
      licence: typeof license === 'string' ? license : 'NOASSERTION',
      folder,
      readme: readdirSync(folder).find((entry) => /^readme\.md$/i.test(entry)) ?? null,
    })
  }
  return packages.sort((a, b) => (a.name < b.name ? -1 : 1))
}

function* packageFolders(nodeModules: string): Generator<string> {
  for (const entry of readdirSync(nodeModules)) {
    if (entry.startsWith('.')) continue
    if (!entry.startsWith('@')) yield join(nodeModules, entry)
    else
      for (const scoped of readdirSync(join(nodeModules, entry)))
        yield join(nodeModules, entry, scoped)
  }
}
