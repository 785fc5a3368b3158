import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ChainBlock } from '../../chain/chainTypes.ts'
import { DeterministicError } from '../../errors/hostErrors.ts'
import type { Trigger } from '../../runner/matchTriggers.ts'
import type { Project } from '../project/project.ts'
import { findSourceMap } from './findSourceMap.ts'
import { showAbiValue } from './showAbiValue.ts'
import { isOwnSource, type SourceFrame, sourceFrames } from './sourceFrames.ts'
import { wasmFrames } from './wasmFrames.ts'

/** Why a handler failed, as far as anything tells. */
export interface Explanation {
  readonly message: string
  /** Whether every host would fail here: then the deployment stops, else the block is tried again. */
  readonly deterministic: boolean
  readonly handler: string
  readonly dataSource: string
  readonly block: { readonly number: number; readonly hash: string }
  readonly event: {
    readonly signature: string
    readonly address: string
    readonly transaction: string
    readonly logIndex: number
    readonly parameters: Readonly<Record<string, string>>
  } | null
  /** The innermost first. */
  readonly frames: readonly SourceFrame[]
  /** The line of the project's own source at which it failed, with those around it. */
  readonly source: {
    readonly file: string
    readonly line: number
    readonly column: number
    readonly lines: readonly { readonly number: number; readonly text: string }[]
  } | null
  /** Why source lines are missing, if they are. */
  readonly hint: string | null
}

/** Puts together what is known of a handler's failure. */
export async function explainFailure(
  project: Project,
  block: Pick<ChainBlock, 'number' | 'hash'>,
  trigger: Trigger,
  error: unknown,
): Promise<Explanation> {
  const { source } = trigger.source
  const map = project.hasSources ? await findSourceMap(project, source) : null
  const frames = sourceFrames(wasmFrames(error), source.wasm, map)
  return {
    message: (error as Error).message,
    deterministic: error instanceof DeterministicError,
    handler: trigger.handler,
    dataSource: source.name,
    block: { number: block.number, hash: block.hash },
    event: trigger.kind === 'event' ? describeEvent(trigger) : null,
    frames,
    source: await ownSource(project, (error as Error).message, frames),
    hint: map === null ? missingMap(project) : null,
  }
}

function describeEvent(trigger: Trigger & { kind: 'event' }): Explanation['event'] {
  const { log, parameters, source, handler } = trigger
  const declared = source.source.eventHandlers.find((one) => one.handler === handler)
  return {
    signature: declared?.event ?? '',
    address: log.address,
    transaction: log.transactionHash,
    logIndex: log.logIndex,
    parameters: Object.fromEntries(
      parameters.map(({ name, value }, at) => [name || String(at), showAbiValue(value)]),
    ),
  }
}

/** Where the user's code was: as the failure itself says, or else in the innermost such function. */
async function ownSource(
  project: Project,
  message: string,
  frames: readonly SourceFrame[],
): Promise<Explanation['source']> {
  const aborted = /^Mapping aborted at (.+), line (\d+), column (\d+), /.exec(message)
  const said = aborted && {
    file: aborted[1] as string,
    line: Number(aborted[2]),
    column: Number(aborted[3]),
  }
  const own = frames.find((frame) => frame.own !== null)?.own ?? null
  const position = said !== null && isOwnSource(said.file) ? said : own
  if (position === null) return null
  const text = await readFile(join(project.folder, position.file), 'utf8').catch(() => null)
  if (text === null) return null
  const first = Math.max(1, position.line - 2)
  const lines = text
    .split('\n')
    .slice(first - 1, position.line + 1)
    .map((content, at) => ({ number: first + at, text: content }))
  return { ...position, lines }
}

function missingMap(project: Project): string {
  if (!project.hasSources) return 'this is a compiled build: run from the project for source lines'
  return 'no source lines: graph-cli is not installed here, or the sources changed since the build'
}
