/** Compares versions such as `0.0.9` and `1.2.0`; negative when the left one is older. */
export function compareVersions(left: string, right: string): number {
  const one = left.split('.').map(Number)
  const other = right.split('.').map(Number)
  for (let part = 0; part < 3; part++) {
    const difference = (one[part] ?? 0) - (other[part] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
