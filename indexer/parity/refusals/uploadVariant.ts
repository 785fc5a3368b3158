import type { ContentSource } from '../../content/contentSource.ts'
import { contentId } from '../../manifest/contentId.ts'
import { type Upload, uploadManifest } from '../../testing/graphNode/uploadOf.ts'
import { BASE_FILES, BASE_MANIFEST } from './base.ts'
import type { Variant } from './variant.ts'

/** A variant as `graph deploy` uploads it. */
export async function uploadVariant(variant: Variant): Promise<Upload> {
  if (variant.manifest !== undefined) {
    const bytes = Buffer.from(variant.manifest)
    const id = contentId(bytes)
    return { id, files: new Map([[id, bytes]]) }
  }
  const files: Readonly<Record<string, string | Uint8Array>> = {
    'schema.graphql': variant.schema ?? BASE_FILES['schema.graphql'],
    'abi.json': variant.abi ?? BASE_FILES['abi.json'],
    'mapping.wasm': variant.mapping ?? BASE_FILES['mapping.wasm'],
  }
  const manifest = structuredClone(BASE_MANIFEST)
  for (const [path, value] of Object.entries(variant.set ?? {})) put(manifest, path, value)
  return uploadManifest(manifest, async (file) => Buffer.from(files[file] as Uint8Array))
}

/** Reads an upload's files. */
export function contentOf({ files }: Upload): ContentSource {
  return { get: async (id) => files.get(id) ?? null }
}

function put(manifest: object, path: string, value: unknown): void {
  const keys = path.split('.')
  const last = keys.pop() as string
  let inside = manifest as Record<string, unknown>
  for (const key of keys) inside = inside[key] as Record<string, unknown>
  if (value === undefined) delete inside[last]
  else inside[last] = value
}
