import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder whose packages graph-cli is among. */
export function packagesFolder(): string {
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'node_modules', '@graphprotocol', 'graph-cli'))) {
    folder = dirname(folder)
  }
  return folder
}
