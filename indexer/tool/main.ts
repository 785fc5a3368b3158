/**
 * `tributary-subgraph`: runs, tests and explains graph-cli projects. See README.md beside this
 * folder, or `--help`.
 */
import { main } from './command/main.ts'

// A handler's own functions are below many of graph-ts's in a stack.
Error.stackTraceLimit = 100
process.exitCode = await main(process.argv.slice(2), process.env)
