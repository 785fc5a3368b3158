/**
 * The author that a package.json names: its `author`, else the first of its contributors or
 * maintainers, else the owner of its GitHub repository. Null when it names nobody.
 */
export function authorOf(manifest: Record<string, unknown>): string | null {
  const { author, contributors, maintainers, repository } = manifest
  const first = (list: unknown) => (Array.isArray(list) ? personName(list[0]) : null)
  return (
    personName(author) ?? first(contributors) ?? first(maintainers) ?? repositoryOwner(repository)
  )
}

/** `Name <mail> (url)` or `{name}`, without mail and address. */
function personName(person: unknown): string | null {
  const text =
    typeof person === 'string' ? person : (person as { name?: unknown } | null | undefined)?.name
  if (typeof text !== 'string') return null
  const name = text.replace(/<[^>]*>|\([^)]*\)/g, '').trim()
  // Some write nothing but an address, which is nobody's name.
  return name === '' || name.includes('@') || name.includes('://') ? null : name
}

function repositoryOwner(repository: unknown): string | null {
  const url =
    typeof repository === 'string' ? repository : (repository as { url?: unknown } | null)?.url
  if (typeof url !== 'string') return null
  return /(?:github\.com[/:]|^github:|^)([\w-]+)\/[\w.-]+?(?:\.git)?$/.exec(url)?.[1] ?? null
}
