import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ChainBlock } from '../../chain/chainTypes.ts'
import { DeterministicError } from '../../errors/hostErrors.ts'
import type { BuiltSource } from '../../manifest/subgraphBuild.ts'
import type { FileTrigger } from '../../runner/fileSources.ts'
import type { Trigger } from '../../runner/matchTriggers.ts'
import { MappingModule } from '../../wasm/mappingModule.ts'
import type { Project } from '../project/project.ts'
import { mappedModule, plainModule } from './compileMapping.ts'
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
  /** The file whose handler it was, by its content id. */
  readonly file: string | null
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

/** A handler that failed. */
export interface Failure {
  readonly block: Pick<ChainBlock, 'number' | 'hash'>
  readonly trigger: Trigger | FileTrigger
  readonly error: unknown
}

/**
 * Does again what failed, with another module in place of the one with this id.
 *
 * @returns the error that its handler fails with then, if any.
 */
export type Rerun = (wasmId: string, module: MappingModule) => Promise<unknown>

/**
 * Puts together what is known of a handler's failure.
 *
 * @param rerun where it can be done again, the lines are those of code that was not optimised.
 */
export async function explainFailure(
  project: Project,
  { block, trigger, error }: Failure,
  rerun?: Rerun,
): Promise<Explanation> {
  const { source } = trigger.source
  const { message } = error as Error
  const frames = await findFrames(project, source, error, rerun)
  return {
    message,
    // That a file came is not, so nothing is that its handler does.
    deterministic: trigger.kind !== 'file' && error instanceof DeterministicError,
    handler: trigger.handler,
    dataSource: source.name,
    block: { number: block.number, hash: block.hash },
    event: trigger.kind === 'event' ? describeEvent(trigger) : null,
    file: trigger.kind === 'file' ? trigger.file : null,
    frames,
    source: await ownSource(project, message, frames),
    hint: frames.some(({ file }) => file !== null) ? null : missingMap(project),
  }
}

async function findFrames(
  project: Project,
  source: BuiltSource,
  error: unknown,
  rerun: Rerun | undefined,
): Promise<SourceFrame[]> {
  const plain = rerun ? await plainModule(project, source) : null
  if (rerun && plain) {
    const again = await rerun(source.wasmId, await MappingModule.compile(plain.wasm))
    // Another failure than the first would explain nothing: then the sources are not the build's.
    if (again instanceof Error && again.message === (error as Error).message) {
      return sourceFrames(wasmFrames(again), plain.wasm, plain.map)
    }
  }
  const mapped = await mappedModule(project, source)
  return sourceFrames(wasmFrames(error), source.wasm, mapped?.map ?? null)
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
