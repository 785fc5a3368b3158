import { sha256 } from 'ethers'
import { canonicalJson } from '../encoding/canonicalJson.ts'
import { TributaryError } from '../errors/tributaryError.ts'

/** A record, or the file it comes from, cannot be taken in. */
export class RecordError extends TributaryError {}

/** Bytes a canonical record may have: 1 MiB. */
export const MAX_RECORD_BYTES = 1_048_576

/** A question and its answer. */
export interface QaBody {
  question: string
  answer: string
}

/** A prompt, what was wrongly said and what is right. */
export interface CorrectionBody {
  prompt: string
  wrong: string
  right: string
}

/** A prompt and two answers, one of them preferred. */
export interface PreferenceBody {
  prompt: string
  chosen: string
  rejected: string
}

/** Where a record comes from; at least one of these. */
export interface RecordSource {
  package?: string
  version?: string
  author?: string
  path?: string
  url?: string
}

/** The body by kind. */
export type RecordContent =
  | { kind: 'text'; body: string }
  | { kind: 'qa'; body: QaBody }
  | { kind: 'correction'; body: CorrectionBody }
  | { kind: 'preference'; body: PreferenceBody }

/** A record as it is handed in. */
export type RecordInput = RecordContent & {
  /** BCP 47 language tag; `und` when unknown, `zxx` for program text. */
  lang: string
  /** SPDX licence expression, or `NOASSERTION`. */
  licence: string
  source: RecordSource
  /** recordId of the record that this one speaks about. */
  ref?: string
}

/** A record in its canonical form. */
export type CanonicalRecord = RecordInput & { v: 1 }

/** A record with what names it. */
export interface NamedRecord {
  record: CanonicalRecord
  /** RFC 8785 JSON, UTF-8. */
  bytes: Uint8Array
  /** sha256 of the bytes, 0x-hex. */
  recordId: string
}

const BODY_FIELDS = {
  qa: ['question', 'answer'],
  correction: ['prompt', 'wrong', 'right'],
  preference: ['prompt', 'chosen', 'rejected'],
} as const

const SOURCE_FIELDS = ['package', 'version', 'author', 'path', 'url'] as const

/**
 * Brings a record into its canonical form: Unicode NFC, line ends LF, RFC 8785 JSON.
 *
 * @example
 * const { recordId, bytes } = canonicalRecord({
 *   kind: 'qa',
 *   body: { question: 'What is ms?', answer: 'A package that converts times.' },
 *   lang: 'en',
 *   licence: 'MIT',
 *   source: { package: 'ms', version: '2.1.3' },
 * })
 */
export function canonicalRecord(input: RecordInput): NamedRecord {
  if (typeof input !== 'object' || input === null) refuse('it is not an object')
  const record = {
    v: 1 as const,
    ...content(input),
    lang: matching('lang', input.lang, /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/),
    licence: matching('licence', input.licence, /^[\x20-\x7e]{1,256}$/),
    source: source(input.source),
    ...(input.ref === undefined ? {} : { ref: matching('ref', input.ref, /^0x[0-9a-f]{64}$/) }),
  }
  const bytes = new TextEncoder().encode(canonicalJson(record))
  if (bytes.length > MAX_RECORD_BYTES) {
    throw new RecordError(
      `record has ${bytes.length} bytes, more than the ${MAX_RECORD_BYTES} allowed`,
      { code: 'record_oversized', hint: 'Split it into smaller records.' },
    )
  }
  return { record, bytes, recordId: sha256(bytes) }
}

function content(input: RecordInput): RecordContent {
  switch (input.kind) {
    case 'text':
      return { kind: 'text', body: text('body', input.body) }
    case 'qa':
      return { kind: 'qa', body: fields(input.body, BODY_FIELDS.qa) }
    case 'correction':
      return { kind: 'correction', body: fields(input.body, BODY_FIELDS.correction) }
    case 'preference':
      return { kind: 'preference', body: fields(input.body, BODY_FIELDS.preference) }
    default:
      return refuse(`its kind is ${JSON.stringify((input as { kind?: unknown }).kind)}`)
  }
}

function fields<Name extends string>(body: unknown, names: readonly Name[]): Record<Name, string> {
  if (typeof body !== 'object' || body === null) refuse(`its body lacks ${names.join(', ')}`)
  const extra = Object.keys(body).find((name) => !(names as readonly string[]).includes(name))
  if (extra !== undefined) refuse(`its body has the unknown field "${extra}"`)
  const values = body as Record<string, unknown>
  return Object.fromEntries(names.map((name) => [name, text(name, values[name])])) as Record<
    Name,
    string
  >
}

function source(input: RecordSource): RecordSource {
  if (typeof input !== 'object' || input === null) refuse('its source is not an object')
  const extra = Object.keys(input).find(
    (name) => !(SOURCE_FIELDS as readonly string[]).includes(name),
  )
  if (extra !== undefined) refuse(`its source has the unknown field "${extra}"`)
  const named = SOURCE_FIELDS.filter((name) => input[name] !== undefined)
  if (named.length === 0) refuse(`its source names none of ${SOURCE_FIELDS.join(', ')}`)
  return Object.fromEntries(named.map((name) => [name, text(`source.${name}`, input[name])]))
}

function matching(field: string, value: unknown, form: RegExp): string {
  if (typeof value !== 'string' || !form.test(value)) {
    refuse(`its ${field} is ${JSON.stringify(value)}`)
  }
  return value as string
}

function text(field: string, value: unknown): string {
  if (typeof value !== 'string') refuse(`its ${field} is not a text`)
  const clean = (value as string).replace(/\r\n?/g, '\n').normalize('NFC')
  if (clean.trim() === '') refuse(`its ${field} is empty`)
  if (!clean.isWellFormed()) {
    throw new RecordError(`record is not valid Unicode: its ${field} holds a lone surrogate`, {
      code: 'record_encoding',
      hint: 'Save the text as UTF-8 and try again.',
    })
  }
  return clean
}

function refuse(problem: string): never {
  throw new RecordError(`record is not accepted: ${problem}`, {
    code: 'record_form',
    hint: 'A record has kind (text, qa, correction, preference), body, lang, licence and source.',
  })
}
