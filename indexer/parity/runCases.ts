import type { ParityCase } from './cases.ts'
import { type ChainScript, playChain } from './chain/chainScript.ts'
import type { ParityChain } from './chain/parityChain.ts'
import { untilIndexed } from './compare/untilIndexed.ts'
import type { ParityHost } from './hosts/parityHost.ts'

/** The ids of a host's deployments by the names of their cases. */
export type Deployments = ReadonlyMap<string, string>

/**
 * Deploys the cases to all hosts, then mines the chain under their eyes.
 *
 * @returns the deployments of each host.
 */
export async function runCases(
  hosts: readonly ParityHost[],
  cases: readonly ParityCase[],
  chain: ParityChain,
  scripts: readonly ChainScript[],
): Promise<Deployments[]> {
  const deployed = await Promise.all(
    hosts.map(async (host) => {
      const ids = new Map<string, string>()
      for (const { name, build } of cases) ids.set(name, await host.deploy(name, build))
      return ids
    }),
  )
  await playChain(chain, scripts, async () => {
    await Promise.all(
      hosts.map((host, index) => untilIndexed(host, [...deployed[index].values()], chain)),
    )
  })
  return deployed
}
