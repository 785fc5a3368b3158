/** Seconds since 1970 as RFC 3339 in UTC. */
export function dateTime(seconds: number | string | bigint): string {
  return new Date(Number(seconds) * 1000).toISOString()
}
