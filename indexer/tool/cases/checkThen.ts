import type { BuiltSource, SubgraphBuild } from '../../manifest/subgraphBuild.ts'
import type { EntityType } from '../../schema/entityModel.ts'
import { entityKey } from '../../store/entityKey.ts'
import { sameEntity, sameValue } from '../../values/sameValue.ts'
import type { EntityData, StoreValue } from '../../values/storeValue.ts'
import { hexOf } from './abiPlain.ts'
import { entityField, entityType, readValue, showValue } from './entityPlain.ts'
import type { MemoryEntities } from './memoryEntities.ts'
import {
  asList,
  asMap,
  asNumber,
  asText,
  CaseError,
  isMap,
  type Plain,
  type PlainMap,
} from './plain.ts'
import { fileName } from './readBlocks.ts'
import { readTestContext } from './readTestContext.ts'

const THEN_KEYS = ['entities', 'count', 'absent', 'sources', 'logs', 'fails']

/** A data source made of a template. */
export interface CreatedSource {
  readonly source: Pick<BuiltSource, 'name'>
  /** The address or the file that it is about. */
  readonly about: string | null
  readonly context: EntityData
}

/** What a test has come to. */
export interface Outcome {
  readonly build: SubgraphBuild
  readonly entities: MemoryEntities
  /** Data sources that handlers created or the test gave. */
  readonly created: readonly CreatedSource[]
  readonly logs: readonly { readonly level: string; readonly message: string }[]
}

/** The message that a test expects a handler to fail with, or null. */
export function expectedFailure(then: Plain | undefined, place: string): string | null {
  const { fails } = asMap(then, place, THEN_KEYS)
  return fails === undefined ? null : asText(fails, `${place}.fails`)
}

/** Everything that is not as `then` says, in words. */
export function checkThen(outcome: Outcome, then: Plain | undefined, place: string): string[] {
  const map = asMap(then, place, THEN_KEYS)
  return [
    ...checkEntities(outcome, map.entities, `${place}.entities`),
    ...checkCounts(outcome, map.count, `${place}.count`),
    ...checkAbsent(outcome, map.absent, `${place}.absent`),
    ...checkSources(outcome, map.sources, `${place}.sources`),
    ...checkLogs(outcome, map.logs, `${place}.logs`),
  ]
}

function checkEntities(outcome: Outcome, given: Plain | undefined, place: string): string[] {
  return Object.entries(asMap(given, place)).flatMap(([name, list]) => {
    const type = entityType(outcome.build.model, name, place)
    return asList(list, `${place}.${name}`).flatMap((item, at) => {
      const where = `${place}.${name}[${at}]`
      return checkEntity(outcome, type, asMap(item, where), where)
    })
  })
}

function checkEntity(
  outcome: Outcome,
  type: EntityType,
  wanted: PlainMap,
  place: string,
): string[] {
  const table = outcome.entities.of(type)
  if (wanted.id === undefined) {
    // Ids of history rows are made of hashes: such a row is found by what it says.
    const candidates = [...table.values()].map((data) =>
      differences(outcome, type, data, wanted, place),
    )
    if (candidates.some((problems) => problems.length === 0)) return []
    const nearest = candidates.sort((one, other) => one.length - other.length)[0]
    return [
      `no ${type.name} is as ${place} says${nearest === undefined ? ': there is none' : `; the nearest: ${nearest.join('; ')}`}`,
    ]
  }
  const { id } = entityKey(type, asText(wanted.id, `${place}.id`))
  const data = table.get(id)
  if (data === undefined) {
    const known = [...table.keys()].slice(0, 10).join(', ') || 'none'
    return [`there is no ${type.name} with id ${id}, but ${known}`]
  }
  return differences(outcome, type, data, wanted, place)
}

function differences(
  outcome: Outcome,
  type: EntityType,
  data: EntityData,
  wanted: PlainMap,
  place: string,
): string[] {
  const { model } = outcome.build
  const name = `${type.name}[${showValue(data.get('id'))}]`
  return Object.entries(wanted).flatMap(([key, value]) => {
    const field = entityField(type, key, place)
    if (field.derivedFrom !== null) {
      throw new CaseError(
        `${place}.${key}`,
        'a derived field is not stored: look at the other side',
      )
    }
    const found = data.get(key) ?? null
    const expected = value === null ? null : readValue(model, field.type, value, `${place}.${key}`)
    if (sameField(found, expected)) return []
    return [`${name}.${key} is ${showValue(found)}, expected ${showValue(expected)}`]
  })
}

function sameField(one: StoreValue, other: StoreValue): boolean {
  return one === null || other === null ? one === other : sameValue(one, other)
}

function checkCounts(outcome: Outcome, given: Plain | undefined, place: string): string[] {
  return Object.entries(asMap(given, place)).flatMap(([name, count]) => {
    const type = entityType(outcome.build.model, name, place)
    const expected = asNumber(count, `${place}.${name}`)
    const { size } = outcome.entities.of(type)
    return size === expected ? [] : [`there are ${size} ${name}, expected ${expected}`]
  })
}

function checkAbsent(outcome: Outcome, given: Plain | undefined, place: string): string[] {
  return Object.entries(asMap(given, place)).flatMap(([name, ids]) => {
    const type = entityType(outcome.build.model, name, place)
    return asList(ids, `${place}.${name}`).flatMap((item) => {
      const { id } = entityKey(type, asText(item, `${place}.${name}`))
      const there = outcome.entities.of(type).has(id)
      return there ? [`there is a ${name} with id ${id}, and there should be none`] : []
    })
  })
}

function checkSources(outcome: Outcome, given: Plain | undefined, place: string): string[] {
  return asList(given, place).flatMap((item, at) => {
    const where = `${place}[${at}]`
    const wanted = asMap(item, where, ['template', 'address', 'file', 'context'])
    const template = asText(wanted.template, `${where}.template`)
    const address = wanted.address === undefined ? null : hexOf(wanted.address, 20, where)
    const about = wanted.file === undefined ? address : fileName(wanted.file, `${where}.file`)
    const context =
      wanted.context === undefined ? null : readTestContext(wanted.context, `${where}.context`)
    const found = outcome.created.some(
      (one) =>
        one.source.name === template &&
        (about === null || one.about === about) &&
        (context === null || sameEntity(one.context, context)),
    )
    if (found) return []
    const known = outcome.created.map((one) => `${one.source.name} at ${one.about}`)
    return [`no data source is as ${where} says; there are: ${known.join(', ') || 'none'}`]
  })
}

function checkLogs(outcome: Outcome, given: Plain | undefined, place: string): string[] {
  return asList(given, place).flatMap((item, at) => {
    const where = `${place}[${at}]`
    const wanted = isMap(item) ? asMap(item, where, ['level', 'message']) : { message: item }
    const message = asText(wanted.message, where)
    const found = outcome.logs.some(
      (one) =>
        one.message.includes(message) && (wanted.level === undefined || wanted.level === one.level),
    )
    if (found) return []
    const known = outcome.logs.map((one) => `${one.level}: ${one.message}`).join('; ') || 'none'
    return [`no log has \`${message}\`; there are: ${known}`]
  })
}
