import type { Contracts } from '@tributary/contracts/connect'
import { type Params, paramsFromValues } from '@tributary/protocol/attribution/params'

/** Gives a version of the governed parameters. */
export type ParamVersions = (version: number) => Promise<Params>

/**
 * Reads versions of the parameters from the chain. A version never changes, so each is read once.
 *
 * @example
 * const paramsOf = createParamVersions(connectContracts(deployment, provider))
 * const { splitBps } = await paramsOf(1)
 */
export function createParamVersions({ params }: Pick<Contracts, 'params'>): ParamVersions {
  const known = new Map<number, Params>()
  return async (version) => {
    const read = known.get(version)
    if (read !== undefined) return read
    const [keys, values] = await params.valuesOf(version)
    const made = paramsFromValues(
      version,
      new Map([...keys].map((key: string, at: number) => [key, values[at] as bigint])),
    )
    known.set(version, made)
    return made
  }
}
