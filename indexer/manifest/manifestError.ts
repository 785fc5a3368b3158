/**
 * How far graph-node would have got with a manifest: it cannot read it as one, cannot make sense of
 * what it names, or has something against what it says.
 */
export type ManifestStage = 'parse' | 'resolve' | 'validate'

/** A build folder that this host cannot run, with every reason that was found. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError'
  readonly reasons: readonly string[]
  readonly stage: ManifestStage

  constructor(file: string, reasons: readonly string[], stage: ManifestStage = 'validate') {
    super(`subgraph validation error in ${file}: ${reasons.join('; ')}`)
    this.reasons = reasons
    this.stage = stage
  }

  /** As graph-node tells it to whoever deploys: without a file, as it has none. */
  get told(): string {
    const reasons = this.reasons.join('; ')
    if (this.stage === 'validate') return `subgraph validation error: [${reasons}]`
    return `subgraph resolve error: ${this.stage} error: ${reasons}`
  }
}
