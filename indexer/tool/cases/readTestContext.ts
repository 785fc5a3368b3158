import { readContext } from '../../values/contextJson.ts'
import type { EntityData } from '../../values/storeValue.ts'
import { asMap, CaseError, isMap, type Plain } from './plain.ts'

/** A data source's context as manifests write it: `{key: {type, data}}`. */
export function readTestContext(context: Plain | undefined, place: string): EntityData {
  const entries = Object.entries(asMap(context, place)).map(([key, value]) => [key, typed(value)])
  try {
    return readContext(Object.fromEntries(entries))
  } catch (error) {
    throw new CaseError(place, (error as Error).message)
  }
}

/** Gives texts the type that a manifest's YAML would have given them. */
function typed(value: Plain): unknown {
  if (!isMap(value)) return { type: 'String', data: value }
  const { type, data } = value
  if (type === 'Int') return { type, data: Number(data) }
  if (type === 'Bool') return { type, data: data === 'true' }
  if (type === 'List') return { type, data: Array.isArray(data) ? data.map(typed) : data }
  return { type, data }
}
