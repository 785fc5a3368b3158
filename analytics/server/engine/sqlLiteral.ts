/** A ClickHouse string literal that stands for exactly this text. */
export function sqlLiteral(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replaceAll('\0', '\\0')}'`
}
