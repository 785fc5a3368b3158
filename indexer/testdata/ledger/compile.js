// Compiles Ledger.sol into abis/ and bytecode.json: node compile.js, then graph codegen && graph build.
import { readFileSync, writeFileSync } from 'node:fs'
import solc from 'solc'

const source = readFileSync(new URL('Ledger.sol', import.meta.url), 'utf8')
const input = {
  language: 'Solidity',
  sources: { 'Ledger.sol': { content: source } },
  settings: {
    optimizer: { enabled: true },
    evmVersion: 'cancun',
    outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
  },
}
const { contracts, errors = [] } = JSON.parse(solc.compile(JSON.stringify(input)))
for (const error of errors) console.error(error.formattedMessage)
const { Ledger, Branch } = contracts['Ledger.sol']
for (const [name, { abi }] of Object.entries({ Ledger, Branch })) {
  writeFileSync(new URL(`abis/${name}.json`, import.meta.url), `${JSON.stringify(abi, null, 2)}\n`)
}
writeFileSync(
  new URL('bytecode.json', import.meta.url),
  `${JSON.stringify({ Ledger: `0x${Ledger.evm.bytecode.object}` })}\n`,
)
