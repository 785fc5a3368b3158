/** What the user can put right: printed without a stack, and the tool ends with 1. */
export class ToolError extends Error {
  override readonly name = 'ToolError'
}
