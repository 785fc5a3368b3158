/** Lower case, without punctuation, with single spaces. */
export function normalised(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/** Whether an answer contains one of the expected texts, both normalised, as whole words. */
export function contains(answer: string, expected: readonly string[]): boolean {
  const text = ` ${normalised(answer)} `
  return expected.some((part) => text.includes(` ${normalised(part)} `))
}
