import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { contractNames } from './build/contractNames.ts'
import { contractsRoot, forge } from './build/forge.ts'
import { renderContract, renderGeneratedFrom } from './build/renderContract.ts'
import { sourceHash } from './build/sourceHash.ts'

await forge(['build'])
const folder = join(contractsRoot, 'abi')
mkdirSync(folder, { recursive: true })
for (const name of contractNames) {
  writeFileSync(join(folder, `${name}.ts`), renderContract(name))
}
writeFileSync(join(folder, 'generatedFrom.ts'), renderGeneratedFrom(sourceHash()))
console.log(`wrote ${contractNames.length} contracts to ${folder}`)
