import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Deployment, DeploymentError } from './deployment.ts'

/**
 * Writes the deployment file so that a reader sees it whole or not at all.
 *
 * @throws DeploymentError if it cannot be written
 */
export async function writeDeployment(file: string, deployment: Deployment): Promise<void> {
  const temporary = `${file}.${randomUUID()}`
  try {
    await mkdir(dirname(file), { recursive: true })
    const handle = await open(temporary, 'wx')
    try {
      await handle.writeFile(`${JSON.stringify(deployment, null, 2)}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
  } catch (cause) {
    // Where nothing could be written there is nothing to remove either.
    await rm(temporary, { force: true }).catch(() => undefined)
    throw new DeploymentError(`cannot write the deployment file ${file}`, {
      code: 'deployment_unwritable',
      hint: 'Look for a full disk or missing rights to its folder.',
      cause,
    })
  }
}
