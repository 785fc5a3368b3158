import type { SubgraphBuild } from '../../manifest/subgraphBuild.ts'
import { MappingModule } from '../../wasm/mappingModule.ts'

/** A build's mappings by the content id of their WASM. */
export async function compileMappings(build: SubgraphBuild): Promise<Map<string, MappingModule>> {
  const modules = new Map<string, MappingModule>()
  for (const { wasm, wasmId } of [...build.dataSources, ...build.templates]) {
    if (!modules.has(wasmId)) modules.set(wasmId, await MappingModule.compile(wasm))
  }
  return modules
}
