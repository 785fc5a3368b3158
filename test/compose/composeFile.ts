import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CORE_SCHEMA, load, mergeTag } from 'js-yaml'

/** The repository's root. */
export const ROOT = join(import.meta.dirname, '..', '..')

/** A service of docker-compose.yml, as far as this file uses the format. */
export interface Service {
  image: string
  build?: { context: string; target: string }
  profiles?: string[]
  entrypoint?: string[]
  command?: string[]
  environment: Record<string, string>
  restart: string
  volumes?: string[]
  ports?: string[]
  networks?: Record<string, { aliases: string[] }>
  depends_on?: Record<string, { condition: string; required?: boolean }>
  healthcheck?: { test: string[] }
  deploy?: { resources: { reservations: { devices: { capabilities: string[] }[] } } }
}

export interface ComposeFile {
  'x-environment': Record<string, string>
  services: Record<string, Service>
  volumes: Record<string, null>
}

/** docker-compose.yml as Compose reads it with the given variables in its environment. */
export function readComposeFile(env: Record<string, string> = {}): ComposeFile {
  const text = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8')
  const file = load(text, { schema: CORE_SCHEMA.withTags(mergeTag) })
  return interpolate(file, env) as ComposeFile
}

/** Names of the variables that docker-compose.yml takes from the environment. */
export function variablesOf(): Set<string> {
  const text = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8')
  return new Set([...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name as string))
}

/** Compose's interpolation: `${NAME:-default}`, the default also standing for an empty value. */
function interpolate(value: unknown, env: Record<string, string>): unknown {
  if (typeof value === 'string') {
    return value.replace(
      /\$\{([A-Z_]+):-([^}]*)\}/g,
      (_, name: string, fallback: string) => env[name] || fallback,
    )
  }
  if (Array.isArray(value)) return value.map((item) => interpolate(item, env))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, interpolate(item, env)]),
  )
}
