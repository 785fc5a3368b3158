import type { Deployment } from '@tributary/contracts/deployment/deployment'
import { readDeployment } from '@tributary/contracts/deployment/readDeployment'
import { log } from '../process/log.ts'
import { sleep } from '../process/sleep.ts'

/** The deployment file's content once it is there; `undefined` when the signal aborts first. */
export async function waitForDeployment(
  stage: string,
  file: string,
  signal: AbortSignal,
): Promise<Deployment | undefined> {
  for (let told = false; !signal.aborted; ) {
    const deployment = await readDeployment(file)
    if (deployment !== null) return deployment
    if (!told) log(stage, 'waiting for the contracts to be deployed', { file })
    told = true
    await sleep(250, signal)
  }
  return undefined
}
