import { DeterministicError } from '../../errors/hostErrors.ts'
import { LOG_LEVELS } from '../handlerContext.ts'
import { readEntity, writeEntity } from '../marshal/storeValue.ts'
import type { Guest, Imports } from './guest.ts'

/** `abort`, `log.log`, `dataSource.*` and `ens.*`. */
export function environmentImports(guest: Guest): Imports {
  const heap = guest.heap
  const strings = (array: number) => heap.readArray(array).map((text) => heap.readString(text))
  return {
    abort: (message: number, file: number, line: number, column: number) => {
      const at =
        file === 0
          ? 'an unknown location'
          : `${heap.readString(file)}, line ${line}, column ${column}`
      const said = message === 0 ? 'no message' : `message: ${heap.readString(message)}`
      throw new DeterministicError(`Mapping aborted at ${at}, with ${said}`)
    },
    'log.log': (level: number, pointer: number) => {
      const message = heap.readString(pointer)
      guest.context.log(LOG_LEVELS[level] ?? 'debug', message)
      if (level === 0) {
        throw new DeterministicError(
          `Critical error logged in mapping with log message: ${message}`,
        )
      }
      return undefined
    },
    'dataSource.create': (name: number, parameters: number) => {
      guest.context.createDataSource(heap.readString(name), strings(parameters), new Map())
      return undefined
    },
    'dataSource.createWithContext': (name: number, parameters: number, context: number) => {
      guest.context.createDataSource(
        heap.readString(name),
        strings(parameters),
        readEntity(heap, context),
      )
      return undefined
    },
    'dataSource.address': () => heap.bytes(guest.context.dataSourceAddress()),
    'dataSource.network': () => heap.string(guest.context.dataSourceNetwork()),
    'ens.nameByHash': (hash: number) => {
      const name = guest.context.ensName(heap.readString(hash))
      return name === null ? 0 : heap.string(name)
    },
    'dataSource.context': () => writeEntity(heap, guest.context.dataSourceContext()),
  }
}
