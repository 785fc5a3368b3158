/** Compiles Parity.sol into abis/ and bytecode.json: node compile.js. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileSolidity } from '../../../testing/compileSolidity.js'

const folder = import.meta.dirname
mkdirSync(join(folder, 'abis'), { recursive: true })
const bytecodes = {}
for (const [name, { abi, bytecode }] of Object.entries(
  compileSolidity(join(folder, 'Parity.sol')),
)) {
  writeFileSync(join(folder, 'abis', `${name}.json`), `${JSON.stringify(abi)}\n`)
  bytecodes[name] = bytecode
}
writeFileSync(join(folder, 'bytecode.json'), `${JSON.stringify(bytecodes)}\n`)
