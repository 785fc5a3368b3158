import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseAllDocuments,
  type Scalar,
  visit,
} from 'yaml'
import { DeterministicError } from '../../errors/hostErrors.ts'
import type { Heap } from '../memory/heap.ts'
import { TypeId } from '../memory/typeId.ts'

/** A number of a YAML text, as serde_yaml prints it. */
export class YamlNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** A mapping of YAML: its keys may be of any kind, and keep their order. */
export class YamlMapping {
  readonly entries: readonly (readonly [Yaml, Yaml])[]

  constructor(entries: YamlMapping['entries']) {
    this.entries = entries
  }
}

/** A value with a tag that is none of YAML's own, which stays with it: `!name`. */
export class YamlTagged {
  readonly tag: string
  readonly value: Yaml

  constructor(tag: string, value: Yaml) {
    this.tag = tag
    this.value = value
  }
}

/** A parsed YAML text. */
export type Yaml = null | boolean | string | YamlNumber | Yaml[] | YamlMapping | YamlTagged

/** A text that is no YAML, or none that a mapping may have. */
class YamlError extends Error {
  override readonly name = 'YamlError'
}

const Kind = { Null: 0, Bool: 1, Number: 2, String: 3, Array: 4, Object: 5, Tagged: 6 } as const
const MAX_BYTES = 10_000_000
/** How deep lists and mappings may stand in each other. */
const MAX_DEPTH = 128
/** How often aliases may be followed, for each event of the text: lists and mappings are two. */
const MAX_REPEATED = 100

/**
 * Parses UTF-8 YAML as graph-node's serde_yaml does.
 *
 * @throws DeterministicError when it is none, or has more than 10 MB.
 */
export function parseYaml(bytes: Uint8Array): Yaml {
  if (bytes.length > MAX_BYTES) {
    throw new DeterministicError(`YAML size exceeds max size of ${MAX_BYTES} bytes`)
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return new Reader(oneDocument(text)).value()
  } catch (error) {
    if (!(error instanceof YamlError || error instanceof TypeError)) throw error
    throw new DeterministicError(`failed to parse YAML from bytes: ${error.message}`)
  }
}

/** Writes a `YAMLValue`. */
export function writeYaml(heap: Heap, yaml: Yaml): number {
  const tagged = (kind: number, payload: number) =>
    heap.tagged(TypeId.YamlValue, kind, BigInt(payload))
  if (yaml === null) return tagged(Kind.Null, 0)
  if (typeof yaml === 'boolean') return tagged(Kind.Bool, yaml ? 1 : 0)
  if (typeof yaml === 'string') return tagged(Kind.String, heap.string(yaml))
  if (yaml instanceof YamlNumber) return tagged(Kind.Number, heap.string(yaml.text))
  if (yaml instanceof YamlTagged) {
    const fields = [heap.string(yaml.tag), writeYaml(heap, yaml.value)]
    return tagged(Kind.Tagged, heap.record(TypeId.YamlTaggedValue, fields))
  }
  if (Array.isArray(yaml)) {
    const elements = yaml.map((element) => writeYaml(heap, element))
    return tagged(Kind.Array, heap.array(TypeId.YamlArrayValue, elements))
  }
  const entries = yaml.entries.map(([key, value]) =>
    heap.record(TypeId.YamlTypedMapEntryValueValue, [writeYaml(heap, key), writeYaml(heap, value)]),
  )
  const list = heap.array(TypeId.YamlArrayTypedMapEntryValueValue, entries)
  return tagged(Kind.Object, heap.record(TypeId.YamlTypedMapValueValue, [list]))
}

function oneDocument(text: string): Document {
  const documents = parseAllDocuments(text, {
    // What a scalar stands for is decided here.
    schema: 'failsafe',
    resolveKnownTags: false,
    uniqueKeys: false,
    logLevel: 'silent',
  })
  if ('empty' in documents) return documents as unknown as Document
  if (documents.length > 1) {
    throw new YamlError(
      'deserializing from YAML containing more than one document is not supported',
    )
  }
  const [document] = documents
  const [error] = document.errors
  if (error) throw new YamlError(error.message)
  return document as Document
}

/** Reads the nodes of a document. */
class Reader {
  readonly #document: Document
  readonly #targets = new Map<Alias, unknown>()
  /** How often aliases may still be followed. */
  #repeats: number

  constructor(document: Document) {
    this.#document = document
    const anchors = new Map<string, unknown>()
    let events = 0
    visit(document, (_key, node) => {
      if (isAlias(node)) this.#targets.set(node, anchors.get(node.source))
      else if (isNode(node) && node.anchor !== undefined) anchors.set(node.anchor, node)
      if (isNode(node)) events += isCollection(node) ? 2 : 1
    })
    this.#repeats = events * MAX_REPEATED
  }

  value(): Yaml {
    return this.#read(this.#document.contents, MAX_DEPTH, false)
  }

  #read(node: unknown, depth: number, isTagged: boolean): Yaml {
    if (node === null || node === undefined) return null
    if (isAlias(node)) {
      const target = this.#targets.get(node)
      if (target === undefined) throw new YamlError('unknown anchor')
      this.#repeats -= 1
      if (this.#repeats < 0) throw new YamlError('repetition limit exceeded')
      return this.#read(target, depth, false)
    }
    const tag = (node as { tag?: string }).tag ?? null
    if (tag?.startsWith('!') && !isTagged) {
      return new YamlTagged(tag, this.#read(node, depth, true))
    }
    if (isScalar(node)) return readScalar(node, isTagged ? null : tag)
    if (depth === 0) throw new YamlError('recursion limit exceeded')
    if (isSeq(node)) return node.items.map((item) => this.#read(item, depth - 1, false))
    if (!isMap(node)) throw new YamlError('a node of a kind that is not known')
    const keys = new Set<string>()
    const entries = node.items.map((item) => {
      const key = this.#read(item.key, depth - 1, false)
      const text = keyText(key)
      if (keys.has(text)) throw new YamlError(`duplicate entry ${described(key)}`)
      keys.add(text)
      return [key, this.#read(item.value, depth - 1, false)] as const
    })
    return new YamlMapping(entries)
  }
}

const TAG = 'tag:yaml.org,2002:'

function readScalar(node: Scalar, tag: string | null): Yaml {
  const text = String(node.value ?? '')
  const must = (value: Yaml | undefined, what: string) => {
    if (value !== undefined) return value
    throw new YamlError(`invalid value: string ${JSON.stringify(text)}, expected ${what}`)
  }
  switch (tag) {
    case null:
      return node.type === 'PLAIN' ? readPlain(text) : text
    case `${TAG}bool`:
      return must(readBoolean(text), 'a boolean')
    case `${TAG}int`:
      return must(readInteger(text), 'an integer')
    case `${TAG}float`:
      return must(readFloat(text), 'a float')
    case `${TAG}null`:
      return must(isNull(text) ? null : undefined, 'null')
    default:
      return text
  }
}

function readPlain(text: string): Yaml {
  if (text === '' || isNull(text)) return null
  return readBoolean(text) ?? readInteger(text) ?? (isPadded(text) ? text : readFloat(text)) ?? text
}

function isNull(text: string): boolean {
  return ['null', 'Null', 'NULL', '~'].includes(text)
}

function readBoolean(text: string): boolean | undefined {
  if (['true', 'True', 'TRUE'].includes(text)) return true
  return ['false', 'False', 'FALSE'].includes(text) ? false : undefined
}

/** Digits after a leading zero are text. */
function isPadded(text: string): boolean {
  return /^[+-]?0\d+$/.test(text)
}

function readInteger(text: string): YamlNumber | undefined {
  const parts = /^([+-]?)(0x[\da-f]+|0o[0-7]+|0b[01]+|\d+)$/.exec(
    text.replace(/[A-F]/g, (digit) => digit.toLowerCase()),
  )
  if (parts === null || isPadded(text)) return undefined
  const size = BigInt(parts[2])
  const value = parts[1] === '-' ? -size : size
  if (value >= -(2n ** 63n) && value < 2n ** 64n) return new YamlNumber(value.toString())
  if (value >= -(2n ** 127n) && value < 2n ** 128n) {
    const type = value < 0n ? 'i128' : 'u128'
    throw new YamlError(`invalid type: integer \`${value}\` as ${type}, expected any YAML value`)
  }
  return undefined
}

function readFloat(text: string): YamlNumber | undefined {
  if (/^\+?\.(inf|Inf|INF)$/.test(text)) return new YamlNumber('.inf')
  if (/^-\.(inf|Inf|INF)$/.test(text)) return new YamlNumber('-.inf')
  if (/^\.(nan|NaN|NAN)$/.test(text)) return new YamlNumber('.nan')
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return undefined
  const value = Number(text)
  return Number.isFinite(value) ? new YamlNumber(floatText(value)) : undefined
}

/** A number as Rust's `ryu` prints it: its shortest digits, with a point or an exponent. */
function floatText(value: number): string {
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  if (value === 0) return `${sign}0.0`
  const [mantissa, exponent] = Math.abs(value).toExponential().split('e')
  const digits = mantissa.replace('.', '')
  const point = Number(exponent) + 1
  if (point > 16 || point <= -5) {
    const rest = digits.length > 1 ? `.${digits.slice(1)}` : ''
    return `${sign}${digits[0]}${rest}e${point - 1}`
  }
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return `${sign}${digits.slice(0, point).padEnd(point, '0')}.${digits.slice(point) || '0'}`
}

/** The same for keys that are equal. */
function keyText(key: Yaml): string {
  return JSON.stringify(key, (_name, value) =>
    value instanceof YamlNumber ? { number: value.text } : value,
  )
}

function described(key: Yaml): string {
  if (key === null) return 'with null key'
  if (typeof key === 'boolean') return `with key \`${key}\``
  if (key instanceof YamlNumber) return `with key ${key.text}`
  return typeof key === 'string' ? `with key ${JSON.stringify(key)}` : 'in YAML map'
}
