import { log2Fixed } from './log2Fixed.ts'

/**
 * Bits above chance of a span, in 1/65536 bit: Σ −log2 p(token) − log2 N with
 * p(token) = count / N. A span of such tokens is expected about once in N where this is 0
 * (the idea of OLMoTrace, arXiv 2504.07096, span unigram probability).
 *
 * @param counts how often each token of the span stands in the indexed text, each at least 1
 * @param total N, tokens of the indexed text
 */
export function spanBits(counts: readonly number[], total: number): number {
  const whole = log2Fixed(total)
  return counts.reduce((bits, count) => bits + whole - log2Fixed(count), 0) - whole
}
