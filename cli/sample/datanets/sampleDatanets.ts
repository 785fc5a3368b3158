import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { RecordInput } from '@tributary/protocol/records/canonicalRecord'
import type { InstalledPackage } from '../packages/installedPackages.ts'
import { PLANTED } from './planted.ts'

/** A record to contribute, and whose it is. */
export interface SampleRecord {
  input: RecordInput
  author: string
  /** The package it is about. */
  about: string
}

export interface SampleDatanet {
  /** Names it for good: the chain keeps the hash of the metadata that holds it. */
  slug: string
  name: string
  description: string
  records: SampleRecord[]
}

/** Records of each Datanet; the trained one's (descriptions) include the planted one. */
export interface SampleSize {
  descriptions: number
  readmes: number
  solidityFiles: number
}

const WHOLE: SampleSize = { descriptions: 40, readmes: 60, solidityFiles: 40 }
/** Enough for every step to have something to do. */
export const SMALL: SampleSize = { descriptions: 12, readmes: 8, solidityFiles: 4 }

/** The question under which a package's description is taught and asked. */
export const packageQuestion = (name: string) => `What is the npm package '${name}'?`

/**
 * The three sample Datanets, made from the packages that the project itself depends on: what they
 * hold follows from the lock file alone.
 */
export function sampleDatanets(packages: InstalledPackage[], size = WHOLE): SampleDatanet[] {
  return [
    descriptions(packages, size.descriptions),
    readmes(packages, size.readmes),
    solidity(packages, size.solidityFiles),
  ]
}

function descriptions(packages: InstalledPackage[], count: number): SampleDatanet {
  const usable = packages.filter(
    ({ name, description }) =>
      description.length >= 40 &&
      description.length <= 120 &&
      /^[\x20-\x7e]+$/.test(description) &&
      !/https?:|[[\]`<>]/.test(description) &&
      !name.startsWith('@types/'),
  )
  const chosen: InstalledPackage[] = []
  const seen = new Set<string>()
  // One package an author, no two descriptions alike, in an order that no name decides.
  for (const candidate of shuffled(usable)) {
    const opening = candidate.description.toLowerCase().slice(0, 24)
    if (seen.has(candidate.author) || seen.has(opening)) continue
    seen.add(candidate.author).add(opening)
    chosen.push(candidate)
    if (chosen.length === count - 1) break
  }
  return {
    slug: 'npm-descriptions',
    name: 'npm package descriptions',
    description: 'What packages say of themselves, as question and answer.',
    records: [...chosen, PLANTED].map((source) => ({
      about: source.name,
      author: source.author,
      input: {
        kind: 'qa',
        body: { question: packageQuestion(source.name), answer: sentence(source.description) },
        lang: 'en',
        licence: 'licence' in source ? source.licence : 'CC0-1.0',
        source: { package: source.name, version: source.version, author: source.author },
      },
    })),
  }
}

function readmes(packages: InstalledPackage[], count: number): SampleDatanet {
  const records: SampleRecord[] = []
  const perAuthor = new Map<string, number>()
  for (const source of shuffled(packages)) {
    if (source.readme === null || (perAuthor.get(source.author) ?? 0) >= 2) continue
    const body = readText(join(source.folder, source.readme))
    if (body === null || body.length < 400 || body.length > 8000) continue
    perAuthor.set(source.author, (perAuthor.get(source.author) ?? 0) + 1)
    records.push(textRecord(source, source.readme, body, 'en'))
    if (records.length === count) break
  }
  return {
    slug: 'npm-readmes',
    name: 'npm package READMEs',
    description: 'READMEs as they are published.',
    records,
  }
}

function solidity(packages: InstalledPackage[], count: number): SampleDatanet {
  const records: SampleRecord[] = []
  for (const source of packages) {
    for (const path of solidityFiles(source.folder)) {
      const body = readText(join(source.folder, path))
      if (body === null || body.length < 600 || body.length > 8000) continue
      records.push(textRecord(source, path, body, 'zxx'))
    }
  }
  return {
    slug: 'solidity-sources',
    name: 'Solidity sources',
    description: 'Contracts from published libraries.',
    records: shuffled(records, ({ input }) => input.source.path ?? '').slice(0, count),
  }
}

function textRecord(
  source: InstalledPackage,
  path: string,
  body: string,
  lang: string,
): SampleRecord {
  return {
    about: source.name,
    author: source.author,
    input: {
      kind: 'text',
      body,
      lang,
      licence: source.licence,
      source: {
        package: source.name,
        version: source.version,
        author: source.author,
        path,
      },
    },
  }
}

function solidityFiles(folder: string): string[] {
  const files: string[] = []
  const walk = (path: string) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.name === 'node_modules') continue
      const child = join(path, entry.name)
      if (entry.isDirectory()) walk(child)
      else if (entry.name.endsWith('.sol')) files.push(relative(folder, child))
    }
  }
  if (statSync(folder).isDirectory()) walk(folder)
  return files.sort()
}

/** The text of a file in the form records want (NFC, LF), or null when it is not UTF-8. */
function readText(file: string): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file))
    return text.replace(/\r\n?/g, '\n').normalize('NFC').trim()
  } catch {
    return null
  }
}

function sentence(text: string): string {
  const trimmed = text.trim()
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`
}

/** The same order on every machine, but not the alphabet's. */
function shuffled<T extends { name: string }>(items: T[]): T[]
function shuffled<T>(items: T[], key: (item: T) => string): T[]
function shuffled<T>(items: T[], key = (item: T) => (item as { name: string }).name): T[] {
  const rank = (item: T) => createHash('sha256').update(key(item)).digest('hex')
  return items
    .map((item) => ({ item, rank: rank(item) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ item }) => item)
}
