// Compiles Ledger.sol into abis/ and bytecode.json: node compile.js, then graph codegen && graph build.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileSolidity } from '../../testing/compileSolidity.js'

const folder = import.meta.dirname
const { Ledger, Branch } = compileSolidity(join(folder, 'Ledger.sol'))
for (const [name, { abi }] of Object.entries({ Ledger, Branch })) {
  writeFileSync(join(folder, 'abis', `${name}.json`), `${JSON.stringify(abi, null, 2)}\n`)
}
const bytecode = { Ledger: Ledger.bytecode }
writeFileSync(join(folder, 'bytecode.json'), `${JSON.stringify(bytecode)}\n`)
