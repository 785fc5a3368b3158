/** graph-cli's networks.json: where each data source lies on each network. */
export type Networks = Readonly<
  Record<
    string,
    Readonly<Record<string, { readonly address?: string; readonly startBlock?: number }>>
  >
>

/**
 * Puts addresses and start blocks of a networks file into a manifest, as `graph build --network`
 * does. A file with a single network also names the network; of several, the manifest's is taken.
 *
 * @param manifest the manifest as YAML reads it; not changed.
 */
export function applyNetworks(manifest: unknown, networks: Networks): unknown {
  const copy = structuredClone(manifest)
  const names = Object.keys(networks)
  for (const list of ['dataSources', 'templates']) {
    for (const source of sources(copy, list)) {
      const network = names.length === 1 ? names[0] : String(source.network)
      const entries = networks[network]
      if (entries === undefined) continue
      source.network = network
      const entry = entries[String(source.name)]
      if (entry === undefined || list === 'templates') continue
      source.source = {
        ...(source.source as object),
        ...(entry.address === undefined ? {} : { address: entry.address }),
        ...(entry.startBlock === undefined ? {} : { startBlock: entry.startBlock }),
      }
    }
  }
  return copy
}

function sources(manifest: unknown, list: string): Record<string, unknown>[] {
  const found = (manifest as Record<string, unknown> | null)?.[list]
  return Array.isArray(found) ? found : []
}
