/** Content-Type that ClickHouse sends with an output format. */
export function contentType(format: string): string {
  if (/^JSON(Strings|Compact|ColumnsWithMetadata|CompactStrings)?$/.test(format)) {
    return 'application/json; charset=UTF-8'
  }
  if (/^JSON.*EachRow/.test(format) || format === 'NDJSON') {
    return 'application/x-ndjson; charset=UTF-8'
  }
  if (/^(TSV|TabSeparated)/.test(format)) return 'text/tab-separated-values; charset=UTF-8'
  if (/^CSV/.test(format)) return 'text/csv; charset=UTF-8; header=absent'
  return 'application/octet-stream'
}
