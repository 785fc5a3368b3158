/**
 * Makes `stableHash.wasm` of `stableHash.as`: `node indexer/poi/compileStableHash.ts`. The
 * compiler is the one that graph-cli brings; the host runs without it.
 */
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const SOURCE = join(import.meta.dirname, 'stableHash.as')
const OUTPUT = join(import.meta.dirname, 'stableHash.wasm')

/** Custom section in which the compiled file names its source. */
export const SOURCE_SECTION = 'source-sha256'

/** What the compiled file says of a source. */
export function sourceDigest(source: string): Uint8Array {
  return createHash('sha256').update(source).digest()
}

async function compile(source: string): Promise<Uint8Array> {
  // Untyped: the package describes its types for its own compiler's users only.
  const compiler = 'assemblyscript/dist/asc'
  const { default: asc } = await import(compiler)
  await asc.ready
  const options = { optimizeLevel: 3, runtime: 'stub', noAssert: true }
  const { binary, stderr } = asc.compileString(source, options)
  if (binary === null) throw new Error(`stableHash.as does not compile: ${stderr}`)
  const name = Buffer.from(SOURCE_SECTION)
  const content = [name.length, ...name, ...sourceDigest(source)]
  return Buffer.concat([binary, Uint8Array.of(0, content.length, ...content)])
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await writeFile(OUTPUT, await compile(await readFile(SOURCE, 'utf8')))
}
