import { readFile } from 'node:fs/promises'
import { isAddress } from 'ethers'
import { contractNames } from '../build/contractNames.ts'
import { type Deployment, DeploymentError } from './deployment.ts'

/**
 * Reads the deployment file.
 *
 * @returns null if there is no such file (yet)
 * @throws DeploymentError if there is one that is not in its form
 *
 * @example
 * const deployment = await readDeployment(readConfiguration(process.env).deploymentFile)
 */
export async function readDeployment(file: string): Promise<Deployment | null> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new DeploymentError(`cannot read the deployment file ${file}`, {
      code: 'deployment_unreadable',
      hint: 'Set TRIBUTARY_DEPLOYMENT to a file that this process may read.',
      cause: error,
    })
  }
  const deployment = parse(file, text)
  const fault = faultOf(deployment)
  if (fault !== null) throw malformed(file, fault)
  return deployment as Deployment
}

function parse(file: string, text: string): Partial<Deployment> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value
  } catch (cause) {
    throw malformed(file, 'it is not JSON', cause)
  }
  throw malformed(file, 'it is not an object')
}

function faultOf(deployment: Partial<Deployment>): string | null {
  if (deployment.v !== 1) return `it has form ${deployment.v}, not 1`
  if (typeof deployment.preset !== 'string') return 'it names no preset'
  for (const field of ['chainId', 'startBlock', 'serviceId'] as const) {
    const value = deployment[field]
    if (!Number.isSafeInteger(value) || (value as number) < 0) {
      return `its ${field} is not a whole number`
    }
  }
  const missing = contractNames.find((name) => !isAddress(deployment.contracts?.[name]))
  return missing === undefined ? null : `it has no address of ${missing}`
}

function malformed(file: string, fault: string, cause?: unknown): DeploymentError {
  return new DeploymentError(`the deployment file ${file} cannot be used: ${fault}`, {
    code: 'deployment_malformed',
    hint: 'Remove it to have the contracts deployed anew, or restore it.',
    cause,
  })
}
