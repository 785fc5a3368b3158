import type { Command, CommandOption } from './command.ts'

/** What the tool does, for whoever sees it for the first time. */
export function generalHelp(commands: readonly Command[]): string {
  return `tributary-subgraph runs subgraphs: any project of graph-cli, compiled by graph-cli, with no
Docker, IPFS or graph-node. Answers and their routes are graph-node's.

Start in the folder of a subgraph (\`graph init\` makes one; subgraph.yaml lies there):

  tributary-subgraph dev . --rpc http://127.0.0.1:8545   index it, serve it, follow its changes
  tributary-subgraph test                                run the mapping tests under tests/
  tributary-subgraph check                               say why a handler failed, and where

Commands:
${table(commands.map(({ name, words, summary }) => [`${name} ${words}`, summary]))}

\`tributary-subgraph <command> --help\` says more about one. All take --json for programs.
Exit codes: 0 done, 1 it failed and says why, 2 the command line is wrong.`
}

export function commandHelp(
  command: Command,
  common: Readonly<Record<string, CommandOption>>,
): string {
  const options = Object.entries({ ...command.options, ...common })
  return `tributary-subgraph ${command.name} ${command.words}

${command.summary[0]?.toUpperCase()}${command.summary.slice(1)}.

${command.teaches}

Options:
${table(options.map(([name, option]) => [`--${name} ${option.value ?? ''}`, option.help]))}`
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.trim().length))
  return rows.map(([left, right]) => `  ${left.trim().padEnd(width)}   ${right}`).join('\n')
}
