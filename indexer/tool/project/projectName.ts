import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Project } from './project.ts'

/** The name that a project is served under unless another one is given: its package's. */
export function projectName(project: Project): string {
  let name = basename(project.folder)
  try {
    const file = readFileSync(join(project.folder, 'package.json'), 'utf8')
    name = String((JSON.parse(file) as { name?: unknown }).name ?? name)
  } catch {
    // A build folder has no package.
  }
  // What hosts take as a name: letters, digits and dashes between slashes.
  const parts = name.split('/').map((part) => part.replaceAll(/[^A-Za-z0-9_-]/g, ''))
  return (
    parts
      .map((part) => part.replace(/^[_-]+|[_-]+$/g, ''))
      .filter(Boolean)
      .join('/') || 'subgraph'
  )
}
