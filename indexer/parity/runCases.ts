import type { ParityCase } from './cases.ts'
import { type ChainScript, playChain } from './chain/chainScript.ts'
import type { ParityChain } from './chain/parityChain.ts'
import { untilIndexed } from './compare/untilIndexed.ts'
import type { ParityHost } from './hosts/parityHost.ts'

/** What became of the cases on a host, by their names. */
export interface Deployments {
  readonly ids: ReadonlyMap<string, string>
  /** Why a case was not deployed. */
  readonly refused: ReadonlyMap<string, string>
}

/**
 * Deploys the cases to all hosts and mines the chain under their eyes; the late cases are deployed
 * at its end, and the grafts once these are indexed.
 *
 * @returns the deployments of each host.
 */
export async function runCases(
  hosts: readonly ParityHost[],
  cases: readonly ParityCase[],
  chain: ParityChain,
  scripts: readonly ChainScript[],
): Promise<Deployments[]> {
  const deployed = hosts.map(() => ({
    ids: new Map<string, string>(),
    refused: new Map<string, string>(),
  }))
  const deploy = async (late: boolean) => {
    await deployAll(cases.filter((each) => !each.base && (each.late ?? false) === late))
  }
  const deployAll = async (chosen: readonly ParityCase[]) => {
    await onEach(async (host, { ids, refused }) => {
      for (const { name, build } of chosen) {
        try {
          ids.set(name, await host.deploy(name, build))
        } catch (error) {
          refused.set(name, (error as Error).message)
        }
      }
    })
  }
  const indexed = () => onEach((host, { ids }) => untilIndexed(host, [...ids.values()], chain))
  const onEach = async (
    act: (host: ParityHost, deployments: (typeof deployed)[number]) => Promise<void>,
  ) => {
    await Promise.all(hosts.map((host, index) => act(host, deployed[index])))
  }
  await deploy(false)
  await playChain(chain, scripts, indexed)
  await deploy(true)
  await indexed()
  await deployAll(cases.filter(({ base }) => base))
  await indexed()
  return deployed
}
