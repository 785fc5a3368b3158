import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import solc from 'solc'

/** Compiles one Solidity file; gives each of its contracts' ABI and creation code (0x-hex). */
export function compileSolidity(path) {
  const file = basename(path)
  const input = {
    language: 'Solidity',
    sources: { [file]: { content: readFileSync(path, 'utf8') } },
    settings: {
      optimizer: { enabled: true },
      evmVersion: 'cancun',
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
    },
  }
  const { contracts, errors = [] } = JSON.parse(solc.compile(JSON.stringify(input)))
  for (const error of errors) console.error(error.formattedMessage)
  const compiled = {}
  for (const [name, { abi, evm }] of Object.entries(contracts[file])) {
    compiled[name] = { abi, bytecode: `0x${evm.bytecode.object}` }
  }
  return compiled
}
