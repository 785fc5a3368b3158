/** Compiles Parity.sol into abis/ and bytecode.json: node compile.js. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import solc from 'solc'

const folder = import.meta.dirname
const input = {
  language: 'Solidity',
  sources: { 'Parity.sol': { content: readFileSync(join(folder, 'Parity.sol'), 'utf8') } },
  settings: {
    optimizer: { enabled: true },
    evmVersion: 'cancun',
    outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
  },
}
const { contracts, errors = [] } = JSON.parse(solc.compile(JSON.stringify(input)))
for (const error of errors) console.error(error.formattedMessage)
mkdirSync(join(folder, 'abis'), { recursive: true })
const bytecode = {}
for (const [name, { abi, evm }] of Object.entries(contracts['Parity.sol'])) {
  writeFileSync(join(folder, 'abis', `${name}.json`), `${JSON.stringify(abi)}\n`)
  bytecode[name] = `0x${evm.bytecode.object}`
}
writeFileSync(join(folder, 'bytecode.json'), `${JSON.stringify(bytecode)}\n`)
