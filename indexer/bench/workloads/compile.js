// Compiles Token.sol into abis/Token.json and bytecode.json.
import { readFileSync, writeFileSync } from 'node:fs'
import solc from 'solc'

const source = readFileSync(new URL('Token.sol', import.meta.url), 'utf8')
const input = {
  language: 'Solidity',
  sources: { 'Token.sol': { content: source } },
  settings: {
    optimizer: { enabled: true },
    evmVersion: 'cancun',
    outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
  },
}
const { contracts, errors = [] } = JSON.parse(solc.compile(JSON.stringify(input)))
for (const error of errors) console.error(error.formattedMessage)
const { abi, evm } = contracts['Token.sol'].Token
writeFileSync(new URL('abis/Token.json', import.meta.url), `${JSON.stringify(abi, null, 2)}\n`)
writeFileSync(
  new URL('bytecode.json', import.meta.url),
  `${JSON.stringify({ Token: `0x${evm.bytecode.object}` })}\n`,
)
