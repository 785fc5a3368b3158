import canonicalize from 'canonicalize'
import { TributaryError } from '../errors/tributaryError.ts'

/** A value has no canonical JSON form. */
export class CanonicalJsonError extends TributaryError {}

/**
 * The canonical JSON text of a value, RFC 8785 (JSON Canonicalization Scheme). Strings with
 * a lone surrogate and values JSON does not know (bigint, NaN, undefined) are refused.
 *
 * @example
 * canonicalJson({ b: 1, a: 'x' }) // '{"a":"x","b":1}'
 */
export function canonicalJson(value: unknown): string {
  let text: string | undefined
  try {
    text = canonicalize(value)
  } catch (cause) {
    throw new CanonicalJsonError(
      `value has no canonical JSON form: ${cause instanceof Error ? cause.message : cause}`,
      { code: 'canonical_json', hint: 'Write bigints as decimal strings.', cause },
    )
  }
  if (text === undefined) {
    throw new CanonicalJsonError('value has no canonical JSON form: it is undefined', {
      code: 'canonical_json',
    })
  }
  if (!text.isWellFormed()) {
    throw new CanonicalJsonError('value has no canonical JSON form: it holds a lone surrogate', {
      code: 'canonical_json',
      hint: 'The text is not valid Unicode; decode it again from its source.',
    })
  }
  return text
}

/** The UTF-8 bytes of {@link canonicalJson}. */
export function canonicalBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(canonicalJson(value))
}
