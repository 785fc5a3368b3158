import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Project } from '../project/project.ts'

/** How other commands find the host that `dev` runs for a project. */
export interface RunningHost {
  readonly pid: number
  readonly name: string
  /** Base of the query routes. */
  readonly url: string
  readonly adminUrl: string
  readonly rpcUrl: string
  readonly ipfsUrl: string | null
  readonly databaseUrl: string
  readonly network: string | null
}

export function writeRunFile(project: Project, host: RunningHost): void {
  // The database's password is in it.
  writeFileSync(fileOf(project), JSON.stringify(host), { mode: 0o600 })
}

export function removeRunFile(project: Project): void {
  rmSync(fileOf(project), { force: true })
}

/** @returns null when `dev` does not run for the project. */
export function readRunFile(project: Project): RunningHost | null {
  try {
    const host = JSON.parse(readFileSync(fileOf(project), 'utf8')) as RunningHost
    process.kill(host.pid, 0)
    return host
  } catch {
    // No file, one that was cut off, or one of a process that was killed.
    return null
  }
}

function fileOf(project: Project): string {
  return join(project.cache, 'dev.json')
}
