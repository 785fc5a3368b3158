import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { InterfaceAbi } from 'ethers'
import { contractsRoot } from '../../build/forge.ts'

const HARNESS = 'test/harness/ProtocolHarness.sol'

/** Compiles the harness by itself, which takes a second where the whole room takes a minute. */
export function compileHarness(): { abi: InterfaceAbi; bytecode: string } {
  const solc = createRequire(import.meta.url)('solc')
  const library = 'src/libraries/MerkleSum.sol'
  const source = (file: string) => ({ content: readFileSync(join(contractsRoot, file), 'utf8') })
  const input = {
    language: 'Solidity',
    sources: { [HARNESS]: source(HARNESS), [library]: source(library) },
    settings: {
      optimizer: { enabled: true, runs: 200 },
      evmVersion: 'prague',
      outputSelection: { [HARNESS]: { ProtocolHarness: ['abi', 'evm.bytecode.object'] } },
    },
  }
  const output = JSON.parse(solc.compile(JSON.stringify(input)))
  const errors = (output.errors ?? []).filter(
    ({ severity }: { severity: string }) => severity === 'error',
  )
  if (errors.length > 0) {
    throw new Error(
      errors.map((error: { formattedMessage: string }) => error.formattedMessage).join('\n'),
    )
  }
  const { abi, evm } = output.contracts[HARNESS].ProtocolHarness
  return { abi, bytecode: `0x${evm.bytecode.object}` }
}
