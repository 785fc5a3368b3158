import type { ParityCase } from './cases.ts'
import { type ChainScript, playChain } from './chain/chainScript.ts'
import type { ParityChain } from './chain/parityChain.ts'
import { untilIndexed } from './compare/untilIndexed.ts'
import type { ParityHost } from './hosts/parityHost.ts'

/** The ids of a host's deployments by the names of their cases. */
export type Deployments = ReadonlyMap<string, string>

/**
 * Deploys the cases to all hosts and mines the chain under their eyes; the late cases are deployed
 * at its end.
 *
 * @returns the deployments of each host.
 */
export async function runCases(
  hosts: readonly ParityHost[],
  cases: readonly ParityCase[],
  chain: ParityChain,
  scripts: readonly ChainScript[],
): Promise<Deployments[]> {
  const deployed = hosts.map(() => new Map<string, string>())
  const deploy = async (late: boolean) => {
    const chosen = cases.filter((each) => (each.late ?? false) === late)
    await onEach(async (host, ids) => {
      for (const { name, build } of chosen) ids.set(name, await host.deploy(name, build))
    })
  }
  const indexed = () => onEach((host, ids) => untilIndexed(host, [...ids.values()], chain))
  const onEach = async (act: (host: ParityHost, ids: Map<string, string>) => Promise<void>) => {
    await Promise.all(hosts.map((host, index) => act(host, deployed[index])))
  }
  await deploy(false)
  await playChain(chain, scripts, indexed)
  await deploy(true)
  await indexed()
  return deployed
}
