import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './run.ts'
import { sourceStamp } from './sourceStamp.ts'

/** Builds the web app unless the build is of exactly these sources. */
export async function prepareDashboards(root: string, say: (line: string) => void): Promise<void> {
  const folder = join(root, 'dashboards')
  const stampFile = join(folder, 'dist', '.stamp')
  const stamp = sourceStamp([folder], new Set(['dist', 'node_modules', 'README.md']))
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return
  say('Building the dashboards (vite build) ...')
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  await run('vite build', process.execPath, [vite, 'build'], { cwd: folder })
  writeFileSync(stampFile, stamp)
}
