import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openProject } from '../project/project.ts'
import { startLocalPostgres } from './localPostgres.ts'
import { openToolDatabase } from './openToolDatabase.ts'

test('a second command does not take the server away from the first', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-postgres-'))
  await writeFile(join(folder, 'subgraph.yaml'), 'dataSources: []\n')
  const project = await openProject(folder)
  const postgres = await startLocalPostgres(project)
  try {
    await assert.rejects(
      startLocalPostgres(project),
      /^ToolError: another command of this tool \(process \d+\) uses the Postgres in /,
    )
    await (await openToolDatabase(postgres.url)).end()
    await postgres.stop()
    const next = await startLocalPostgres(project)
    await next.stop()
  } finally {
    await postgres.stop()
    for (const path of [folder, postgres.folder]) await rm(path, { recursive: true, force: true })
  }
})
