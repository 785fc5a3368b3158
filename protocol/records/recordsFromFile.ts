import {
  MAX_RECORD_BYTES,
  RecordError,
  type RecordInput,
  type RecordSource,
} from './canonicalRecord.ts'

/** A file that somebody hands in. */
export interface RecordFile {
  /** Name with extension; becomes `source.path` where the records name none. */
  name: string
  bytes: Uint8Array
}

/** What records take over where the file itself does not say it. */
export interface RecordDefaults {
  lang?: string
  licence?: string
  source?: RecordSource
}

/** Bytes a `.json` or `.jsonl` file of many records may have: 64 MiB. */
export const MAX_FILE_BYTES = 64 * 1_048_576

/**
 * Splits a file into records. `.txt`, `.md` and `.sol` give one text record; `.json` an object
 * or a list of them, `.jsonl` one object a line. An object is either a whole record or just its
 * body: `{question, answer}`, `{prompt, wrong, right}`, `{prompt, chosen, rejected}`, `{text}`.
 *
 * @example
 * recordsFromFile({ name: 'facts.jsonl', bytes }, { licence: 'CC0-1.0' })
 */
export function recordsFromFile(file: RecordFile, defaults: RecordDefaults = {}): RecordInput[] {
  const extension = /\.([a-z0-9]+)$/i.exec(file.name)?.[1]?.toLowerCase() ?? ''
  const shared = {
    lang: defaults.lang ?? (extension === 'sol' ? 'zxx' : 'en'),
    licence: defaults.licence ?? 'NOASSERTION',
    source: defaults.source ?? { path: file.name },
  }
  switch (extension) {
    case 'txt':
    case 'md':
    case 'sol':
      return [{ kind: 'text', body: decode(file, MAX_RECORD_BYTES), ...shared }]
    case 'json': {
      const parsed = parse(decode(file, MAX_FILE_BYTES), file.name)
      return (Array.isArray(parsed) ? parsed : [parsed]).map((value, at) =>
        toRecord(value, `${file.name}, item ${at + 1}`, shared),
      )
    }
    case 'jsonl':
      return decode(file, MAX_FILE_BYTES)
        .split('\n')
        .map((line, at) => ({ line: line.trim(), where: `${file.name}, line ${at + 1}` }))
        .filter(({ line }) => line !== '')
        .map(({ line, where }) => toRecord(parse(line, where), where, shared))
    default:
      throw new RecordError(`${file.name} is not a kind of file that is taken in`, {
        code: 'file_kind',
        hint: 'Give .txt, .md, .sol, .json or .jsonl.',
      })
  }
}

function decode(file: RecordFile, limit: number): string {
  if (file.bytes.length > limit) {
    throw new RecordError(
      `${file.name} has ${file.bytes.length} bytes, more than the ${limit} allowed`,
      { code: 'record_oversized', hint: 'Split it into smaller files.' },
    )
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(file.bytes)
  } catch (cause) {
    throw new RecordError(`${file.name} is not text in UTF-8`, {
      code: 'record_encoding',
      hint: 'Save it as UTF-8 and try again.',
      cause,
    })
  }
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new RecordError(
      `${where} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`,
      { code: 'file_json', cause },
    )
  }
}

const SHORT_FORMS = [
  { kind: 'qa', names: ['question', 'answer'] },
  { kind: 'correction', names: ['prompt', 'wrong', 'right'] },
  { kind: 'preference', names: ['prompt', 'chosen', 'rejected'] },
] as const

function toRecord(value: unknown, where: string, shared: Required<RecordDefaults>): RecordInput {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new RecordError(`${where} is not an object`, { code: 'file_record' })
  }
  const given = value as Record<string, unknown>
  if ('kind' in given) {
    const { v: _version, ...rest } = given
    return { ...shared, ...rest } as RecordInput
  }
  const { lang = shared.lang, licence = shared.licence, source = shared.source, ...body } = given
  const own = { lang, licence, source } as Required<RecordDefaults>
  const names = Object.keys(body).sort().join()
  if (names === 'text') return { kind: 'text', body: body.text as string, ...own }
  const short = SHORT_FORMS.find((form) => [...form.names].sort().join() === names)
  if (short === undefined) {
    throw new RecordError(`${where} has the fields ${names || '(none)'}`, {
      code: 'file_record',
      hint: 'Give {question, answer}, {prompt, wrong, right}, {prompt, chosen, rejected}, {text}, or a whole record with kind.',
    })
  }
  return { kind: short.kind, body, ...own } as unknown as RecordInput
}
