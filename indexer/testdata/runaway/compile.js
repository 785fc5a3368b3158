/** Makes runaway.wasm: node compile.js. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import asc from 'assemblyscript/dist/asc'

await asc.ready
const source = await readFile(join(import.meta.dirname, 'runaway.ts'), 'utf8')
const options = { optimizeLevel: 3, runtime: 'stub', noAssert: true, exportRuntime: true }
const { binary, stderr } = asc.compileString(source, options)
if (binary === null) throw new Error(String(stderr))
await writeFile(join(import.meta.dirname, 'runaway.wasm'), binary)
