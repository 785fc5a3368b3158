import { TributaryError } from '../errors/tributaryError.ts'

/** A tokenizer is of a kind that is not understood here. */
export class TokenizerError extends TributaryError {}

interface PreTokenizer {
  type: string
  pretokenizers?: PreTokenizer[]
  individual_digits?: boolean
  add_prefix_space?: boolean
  use_regex?: boolean
  pattern?: { Regex?: string; String?: string }
  behavior?: string
  invert?: boolean
}

/** The part of Hugging Face's tokenizer.json that byte-level BPE needs. */
interface TokenizerFile {
  added_tokens?: { id: number; content: string }[]
  normalizer: { type: string } | null
  pre_tokenizer: PreTokenizer | null
  model: {
    type?: string
    vocab: Record<string, number>
    merges: (string | [string, string])[]
    ignore_merges?: boolean
  }
}

/** The pattern of GPT-2's ByteLevel pre-tokenizer. */
const WORDS = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu

/**
 * The encoder of a byte-level BPE tokenizer (GPT-2, Llama 3, SmolLM2, Qwen), so that anybody can
 * get from an answer's text to its tokens without the engine. Other kinds are refused.
 *
 * @param json content of tokenizer.json
 * @returns text → token ids, without special tokens of its own
 */
export function byteLevelBpe(json: string): (text: string) => number[] {
  const file: TokenizerFile = JSON.parse(json)
  const { model } = file
  if (model?.merges === undefined || (model.type ?? 'BPE') !== 'BPE') {
    throw unsupported(`a model of type ${model?.type}`)
  }
  if (file.normalizer !== null && file.normalizer?.type !== 'NFC') {
    throw unsupported(`a normalizer of type ${file.normalizer?.type}`)
  }
  const normalize =
    file.normalizer === null ? (text: string) => text : (text: string) => text.normalize('NFC')
  const split = preTokenizer(file.pre_tokenizer)
  const ranks = new Map(
    model.merges.map((merge, rank) => [Array.isArray(merge) ? merge.join(' ') : merge, rank]),
  )
  const added = new Map((file.added_tokens ?? []).map(({ content, id }) => [content, id]))
  const special =
    added.size === 0
      ? null
      : new RegExp(
          `(${[...added.keys()]
            .sort((one, other) => other.length - one.length)
            .map((content) => literal(content))
            .join('|')})`,
          'u',
        )
  const known = new Map<string, number[]>()

  const encodeWord = (word: string): number[] => {
    const letters = toByteLetters(word)
    const before = known.get(letters)
    if (before !== undefined) return before
    const whole = model.ignore_merges === true ? model.vocab[letters] : undefined
    const ids = whole === undefined ? merge(letters, ranks, model.vocab) : [whole]
    known.set(letters, ids)
    return ids
  }
  return (text) =>
    (special === null ? [text] : text.split(special)).flatMap((part) => {
      const id = added.get(part)
      return id !== undefined ? [id] : split(normalize(part)).flatMap(encodeWord)
    })
}

/** Joins the pair of lowest rank, again and again, until no pair has a rank. */
function merge(
  letters: string,
  ranks: ReadonlyMap<string, number>,
  vocab: Readonly<Record<string, number>>,
): number[] {
  let pieces = [...letters]
  while (pieces.length > 1) {
    let best = Number.POSITIVE_INFINITY
    let pair = ''
    for (let at = 0; at + 1 < pieces.length; at += 1) {
      const candidate = `${pieces[at]} ${pieces[at + 1]}`
      const rank = ranks.get(candidate)
      if (rank !== undefined && rank < best) [best, pair] = [rank, candidate]
    }
    if (pair === '') break
    const joined: string[] = []
    for (let at = 0; at < pieces.length; at += 1) {
      if (`${pieces[at]} ${pieces[at + 1]}` === pair) {
        joined.push(pair.replace(' ', ''))
        at += 1
      } else joined.push(pieces[at] as string)
    }
    pieces = joined
  }
  return pieces.map((piece) => {
    const id = vocab[piece]
    if (id === undefined) throw unsupported(`no token for "${piece}"`)
    return id
  })
}

function preTokenizer(rule: PreTokenizer | null): (text: string) => string[] {
  const kept = (text: string) => (text === '' ? [] : [text])
  if (rule === null) return kept
  switch (rule.type) {
    case 'Sequence': {
      const steps = (rule.pretokenizers ?? []).map(preTokenizer)
      return (text) => steps.reduce((parts, step) => parts.flatMap(step), kept(text))
    }
    case 'Digits':
      return pieces(rule.individual_digits === true ? /\p{N}/gu : /\p{N}+/gu)
    case 'ByteLevel': {
      if (rule.add_prefix_space === true) throw unsupported('a prefix space')
      return rule.use_regex === false ? kept : pieces(WORDS)
    }
    case 'Split': {
      const { pattern, behavior, invert } = rule
      if (behavior !== 'Isolated' || invert === true) throw unsupported(`a split "${behavior}"`)
      return pieces(new RegExp(pattern?.Regex ?? literal(pattern?.String ?? ''), 'gu'))
    }
    default:
      throw unsupported(`a pre-tokenizer of type ${rule.type}`)
  }
}

/** Cuts a text into the matches of a pattern and what stands between them. */
function pieces(pattern: RegExp): (text: string) => string[] {
  return (text) => {
    const parts: string[] = []
    let end = 0
    for (const match of text.matchAll(pattern)) {
      if (match.index > end) parts.push(text.slice(end, match.index))
      if (match[0] !== '') parts.push(match[0])
      end = match.index + match[0].length
    }
    if (end < text.length) parts.push(text.slice(end))
    return parts
  }
}

/** GPT-2's alphabet: every byte as one printable character. */
const BYTE_LETTERS = byteLetters()

function byteLetters(): string[] {
  const letters: string[] = []
  let next = 256
  for (let byte = 0; byte < 256; byte += 1) {
    const printable =
      (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255)
    letters.push(String.fromCodePoint(printable ? byte : next))
    if (!printable) next += 1
  }
  return letters
}

function toByteLetters(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => BYTE_LETTERS[byte]).join('')
}

/** A pattern that matches exactly this text. */
function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}

function unsupported(what: string): TokenizerError {
  return new TokenizerError(`this tokenizer has ${what}, which is not understood here`, {
    code: 'tokenizer_kind',
    hint: 'Only byte-level BPE tokenizers can be run without the engine.',
  })
}
