import {
  Bytes,
  DataSourceContext,
  dataSource,
  json,
  JSONValue,
  JSONValueKind,
  log,
  TypedMap,
  yaml,
  YAMLValue,
  YAMLValueKind,
} from '@graphprotocol/graph-ts'
import { Content } from '../generated/schema'
import { Content as ContentTemplate } from '../generated/templates'

export function handleContent(bytes: Bytes): void {
  const from = dataSource.context().getBytes('from')
  const id = dataSource.stringParam() + '-' + from.toHexString()
  const content = new Content(id)
  content.title = 'no JSON'
  content.words = []
  const parsed = json.try_fromBytes(bytes)
  if (parsed.isOk && parsed.value.kind == JSONValueKind.OBJECT) {
    const object = parsed.value.toObject()
    content.title = textOf(object, 'title')
    content.words = content.title.split(' ')
    const next = textOf(object, 'next')
    if (next != '') {
      // Each file of a chain of files is known by where it was named.
      const context = new DataSourceContext()
      const last = Bytes.fromHexString('0x03')
      context.setBytes('from', last)
      ContentTemplate.createWithContext(next, context)
      content.next = next + '-' + last.toHexString()
    }
  }
  content.length = bytes.length
  content.from = from
  const read = yaml.try_fromBytes(bytes)
  content.yaml = read.isError ? 'no YAML' : show(read.value)
  const found = [Content.load(id) != null]
  content.found = found
  content.save()
  found.push(Content.load(id) != null)
  found.push(Content.loadInBlock(id) != null)
  content.found = found
  content.save()
  log.info('{} of {}', [content.title, dataSource.network()])
}

function textOf(object: TypedMap<string, JSONValue>, key: string): string {
  const value = object.get(key)
  return value && value.kind == JSONValueKind.STRING ? value.toString() : ''
}

/** A YAML value with the kind of everything in it. */
function show(value: YAMLValue): string {
  switch (value.kind) {
    case YAMLValueKind.NULL:
      return 'null'
    case YAMLValueKind.BOOL:
      return value.toBool() ? 'true' : 'false'
    case YAMLValueKind.NUMBER:
      return '#' + value.toNumber()
    case YAMLValueKind.STRING:
      return '"' + value.toString() + '"'
    case YAMLValueKind.ARRAY: {
      const parts: string[] = []
      const list = value.toArray()
      for (let at = 0; at < list.length; at++) parts.push(show(list[at]))
      return '[' + parts.join(', ') + ']'
    }
    case YAMLValueKind.OBJECT: {
      const parts: string[] = []
      const entries = value.toObject().entries
      for (let at = 0; at < entries.length; at++) {
        parts.push(show(entries[at].key) + ': ' + show(entries[at].value))
      }
      return '{' + parts.join(', ') + '}'
    }
    default: {
      const tagged = value.toTagged()
      return '<' + tagged.tag + ' ' + show(tagged.value) + '>'
    }
  }
}
