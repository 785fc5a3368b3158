/** The signed fields of a receipt as rows to read, in the receipt's own order. */
export function receiptRows(json: string): [name: string, value: string][] {
  return Object.entries(JSON.parse(json) as Record<string, unknown>).map(([name, value]) => [
    name,
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  ])
}
