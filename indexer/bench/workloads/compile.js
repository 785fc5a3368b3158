// Compiles Token.sol into abis/Token.json and bytecode.json.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileSolidity } from '../../testing/compileSolidity.js'

const folder = import.meta.dirname
const { Token } = compileSolidity(join(folder, 'Token.sol'))
writeFileSync(join(folder, 'abis', 'Token.json'), `${JSON.stringify(Token.abi, null, 2)}\n`)
const bytecode = { Token: Token.bytecode }
writeFileSync(join(folder, 'bytecode.json'), `${JSON.stringify(bytecode)}\n`)
