import { prefixedHash } from '@tributary/protocol/hashes/bareHash'
import { modelManifestBytes } from '@tributary/protocol/messages/modelManifest'
import type { ContentStore } from '@tributary/storage/client/contentStore'
import type { EngineClient } from '../../engine-client/engineClient.ts'
import type { ModelRegistry, RegisteredModel } from './modelRegistry.ts'

/** Registers the engine's base model, unless it is registered. */
export async function registerBase(
  parts: {
    engine: Pick<EngineClient, 'health'>
    content: Pick<ContentStore, 'put'>
    registry: ModelRegistry
  },
  signal: AbortSignal,
): Promise<RegisteredModel> {
  const { base } = await parts.engine.health()
  const weightsHash = prefixedHash(base.hash)
  const known = await parts.registry.find(weightsHash)
  if (known !== undefined) return known
  const manifestHash = await parts.content.put(
    modelManifestBytes({
      v: 1,
      kind: 'base',
      alias: aliasOf(base.name),
      version: 1,
      base: weightsHash,
      adapter: null,
      datanets: [],
      config: null,
      features: null,
      training: null,
      // The engine does not know under which licence somebody put a folder there.
      licence: 'NOASSERTION',
    }),
  )
  const model = { parentId: 0n, kind: 0, weightsHash, manifestHash, snapshots: [] } as const
  return parts.registry.register(model, signal)
}

/** A model's own name in the form that aliases have: `SmolLM2 135M` becomes `smollm2-135m`. */
function aliasOf(name: string): string {
  const alias = name
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 64)
  return alias === '' ? 'base' : alias
}
