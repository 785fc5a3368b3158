import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { contentId } from '../../manifest/contentId.ts'
import { dumpManifest } from '../../manifest/dumpManifest.ts'

/** The files of a build as `graph deploy` uploads them, by content id. */
export interface Upload {
  /** Content id of the manifest. */
  readonly id: string
  readonly files: ReadonlyMap<string, Uint8Array>
}

/** @param build what `graph build` wrote. */
export async function uploadOf(build: string): Promise<Upload> {
  const yaml = load(await readFile(join(build, 'subgraph.yaml'), 'utf8'))
  return uploadManifest(yaml, (file) => readFile(join(build, file)))
}

/** @param yaml a manifest that names its files. */
export async function uploadManifest(
  yaml: unknown,
  read: (file: string) => Promise<Uint8Array>,
): Promise<Upload> {
  const files = new Map<string, Uint8Array>()
  const add = (bytes: Uint8Array) => {
    const id = contentId(bytes)
    files.set(id, bytes)
    return id
  }
  const linked = async (value: unknown): Promise<unknown> => {
    if (Array.isArray(value)) return Promise.all(value.map(linked))
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value).map(async ([key, inner]) => {
      if (key !== 'file' || typeof inner !== 'string') return [key, await linked(inner)]
      return [key, { '/': `/ipfs/${add(await read(inner))}` }]
    })
    return Object.fromEntries(await Promise.all(entries))
  }
  const manifest = await linked(yaml)
  return { id: add(Buffer.from(dumpManifest(manifest), 'utf8')), files }
}
