import { DeterministicError, TransientError } from '../../errors/hostErrors.ts'
import { callCost } from '../hostGas.ts'
import { conversionImports } from './conversionImports.ts'
import { environmentImports } from './environmentImports.ts'
import { ethereumImports } from './ethereumImports.ts'
import type { Guest, Imports } from './guest.ts'
import { jsonImports } from './jsonImports.ts'
import { numberImports } from './numberImports.ts'
import { storeImports } from './storeImports.ts'
import { yamlImports } from './yamlImports.ts'

/**
 * The imports that a module asks for. graph-ts names the importing module after its own source
 * files, so an import is found by its name alone. One that this host lacks is refused when it is
 * called, not when the module is loaded: graph-ts imports much that a mapping never uses.
 */
export function hostImports(module: WebAssembly.Module, guest: Guest): WebAssembly.Imports {
  const known: Imports = {
    ...environmentImports(guest),
    ...storeImports(guest),
    ...numberImports(guest),
    ...conversionImports(guest),
    ...jsonImports(guest),
    ...yamlImports(guest),
    ...ethereumImports(guest),
  }
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {}
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    if (kind !== 'function') continue
    imports[from] ??= {}
    imports[from][name] = metered(name, known[name] ?? (() => refuse(name)), guest)
  }
  return imports
}

/** A function with each of its calls paid for. */
function metered(name: string, call: Imports[string], { gas }: Guest): Imports[string] {
  const cost = callCost(name)
  // No host function has more parameters; those that it lacks are ignored.
  return (one, two, three, four) => {
    try {
      gas.spend(cost)
      return call(one, two, three, four)
    } catch (error) {
      if (error instanceof TransientError) error.inHostCall = true
      throw error
    }
  }
}

/** What graph-node refuses as well, unless it is told to be non-deterministic. */
const DEPRECATED = ['ipfs.cat', 'ipfs.getBlock', 'ipfs.map']
/** What graph-node had once. */
const REMOVED = ['arweave.transactionData', 'box.profile']

function refuse(name: string): never {
  if (DEPRECATED.includes(name)) {
    throw new DeterministicError(
      `\`${name}\` is deprecated. Improved support for IPFS will be added in the future`,
    )
  }
  if (REMOVED.includes(name)) throw new DeterministicError(`\`${name}\` has been removed.`)
  throw new DeterministicError(`the host function \`${name}\` is not supported`)
}
