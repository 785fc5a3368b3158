/** What the user can put right: printed without a stack, and the tool ends with 1. */
export class ToolError extends Error {
  override readonly name: string = 'ToolError'
}

/** A command line that is wrong: the tool ends with 2. */
export class UsageError extends ToolError {
  override readonly name = 'UsageError'
}
