import { DeterministicError } from '../../errors/hostErrors.ts'
import { parseYaml, writeYaml, type Yaml } from '../marshal/yaml.ts'
import { TypeId } from '../memory/typeId.ts'
import type { Guest, Imports } from './guest.ts'

/** `yaml.*`. */
export function yamlImports(guest: Guest): Imports {
  const heap = guest.heap
  return {
    'yaml.fromBytes': (pointer: number) => writeYaml(heap, parseYaml(heap.readBytes(pointer))),
    'yaml.try_fromBytes': (pointer: number) => {
      let yaml: Yaml
      try {
        yaml = parseYaml(heap.readBytes(pointer))
      } catch (error) {
        if (!(error instanceof DeterministicError)) throw error
        guest.context.log('warning', `Failed to parse YAML from byte array: ${error.message}`)
        return heap.record(TypeId.YamlResultValueBool, [0, heap.flag(TypeId.WrappedBool, true)])
      }
      const wrapped = heap.record(TypeId.YamlWrappedValue, [writeYaml(heap, yaml)])
      return heap.record(TypeId.YamlResultValueBool, [wrapped, 0])
    },
  }
}
