import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The contracts whose events the subgraph reads. */
export const INDEXED_CONTRACTS = [
  'AccountRegistry',
  'DatanetRegistry',
  'ModelRegistry',
  'PaymentEscrow',
  'AttributionSettlement',
  'ParamRegistry',
  'GOpen',
  'OpenGovernor',
] as const

/** Per contract the JSON file that `subgraph/abis` has to hold: the events of its ABI. */
export async function eventAbis(root: string): Promise<Map<string, string>> {
  const folder = join(root, 'contracts', 'abi')
  const files = new Set(readdirSync(folder))
  const abis = new Map<string, string>()
  for (const name of INDEXED_CONTRACTS) {
    if (!files.has(`${name}.ts`))
      throw new Error(`contracts/abi has no ${name}.ts; generate it first`)
    const module = await import(join(folder, `${name}.ts`))
    const abi = module[name].abi as { type: string; inputs: { internalType?: string }[] }[]
    const events = abi
      .filter(({ type }) => type === 'event')
      .map((event) => ({
        ...event,
        inputs: event.inputs.map(({ internalType: _, ...input }) => input),
      }))
    abis.set(name, `${JSON.stringify(events, null, 2)}\n`)
  }
  return abis
}
