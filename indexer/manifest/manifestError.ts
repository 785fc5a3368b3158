/** A build folder that this host cannot run, with every reason that was found. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError'
  readonly reasons: readonly string[]

  constructor(file: string, reasons: readonly string[]) {
    super(`subgraph validation error in ${file}: ${reasons.join('; ')}`)
    this.reasons = reasons
  }
}
