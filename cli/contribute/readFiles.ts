import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { canonicalRecord, type NamedRecord } from '@tributary/protocol/records/canonicalRecord'
import {
  MAX_FILE_BYTES,
  type RecordDefaults,
  recordsFromFile,
} from '@tributary/protocol/records/recordsFromFile'
import { CliError } from '../command/CliError.ts'

/** Records of some files, each once. */
export interface FileRecords {
  records: NamedRecord[]
  /** Copies that were left out. */
  repeated: number
}

/** Reads files into records; the first that cannot be taken in is named, and nothing else happens. */
export async function readFiles(
  paths: readonly string[],
  defaults: RecordDefaults,
): Promise<FileRecords> {
  const records = new Map<string, NamedRecord>()
  let read = 0
  for (const path of paths) {
    for (const input of recordsFromFile(
      { name: basename(path), bytes: await readOne(path) },
      defaults,
    )) {
      const named = canonicalRecord(input)
      records.set(named.recordId, named)
      read += 1
    }
  }
  if (records.size === 0) {
    throw new CliError(`there is no record in ${paths.join(', ')}`, {
      code: 'files_empty',
      hint: 'Give at least one file with text in it.',
    })
  }
  return { records: [...records.values()], repeated: read - records.size }
}

async function readOne(path: string): Promise<Uint8Array> {
  const found = await stat(path).catch(() => null)
  if (found === null || !found.isFile()) {
    throw new CliError(`${path} is ${found === null ? 'not there' : 'no file'}`, {
      code: 'file_missing',
      hint: 'Check the path; folders are given as their files, such as docs/*.md.',
    })
  }
  if (found.size > MAX_FILE_BYTES) {
    throw new CliError(`${path} has ${found.size} bytes, more than the ${MAX_FILE_BYTES} allowed`, {
      code: 'record_oversized',
      hint: 'Split it into smaller files.',
    })
  }
  return readFile(path)
}
