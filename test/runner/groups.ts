/** A command that tests something, and how its output tells what passed. */
export interface Group {
  name: string
  /** Program and arguments; `node` is the pinned Node, `python` the engine's interpreter. */
  command: string[]
  /**
   * How the output counts: `node` and `pytest` by their closing lines, `forge` by its summary,
   * `status` as one check that passes when the command exits with 0.
   */
  counts: 'node' | 'pytest' | 'forge' | 'status'
  cwd?: string
  /** Left out of a plain `npm test`: slow sweeps. */
  onlyOnRequest?: boolean
}

const nodeTests = (name: string, ...patterns: string[]): Group =>
  // Two cores: more at once would only make each other slow.
  nodeTestsAtOnce(2, name, patterns)

const nodeTestsAtOnce = (count: number, name: string, patterns: string[]): Group => ({
  name,
  command: [
    'node',
    '--disable-warning=ExperimentalWarning',
    '--test',
    '--test-reporter=spec',
    `--test-concurrency=${count}`,
    ...patterns,
  ],
  counts: 'node',
})

export const GROUPS: Group[] = [
  {
    name: 'style',
    command: ['node', 'node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'],
    counts: 'status',
  },
  {
    name: 'types',
    command: ['node', 'node_modules/typescript/bin/tsc', '--noEmit', '-p', '.'],
    counts: 'status',
  },
  nodeTests(
    'house',
    'test/runner/**/*.test.ts',
    'test/arrows/**/*.test.ts',
    'test/compose/**/*.test.ts',
  ),
  nodeTests('protocol', 'protocol/**/*.test.ts'),
  {
    name: 'contracts (Solidity)',
    command: ['node', 'node_modules/@foundry-rs/forge/bin.mjs', 'test'],
    cwd: 'contracts',
    counts: 'forge',
  },
  nodeTests('contracts (TypeScript)', 'contracts/**/*.test.ts'),
  nodeTests('storage', 'storage/**/*.test.ts'),
  nodeTests('analytics', 'analytics/**/*.test.ts'),
  nodeTests('indexer', 'indexer/**/*.test.ts'),
  nodeTests('subgraph', 'test/subgraph/**/*.test.ts'),
  nodeTests('workers', 'workers/**/*.test.ts'),
  {
    name: 'engine',
    command: ['python', '-m', 'pytest', '-rs', '--color=no', 'workers/engine'],
    counts: 'pytest',
  },
  nodeTests('api', 'api/**/*.test.ts', 'test/api/**/*.test.ts'),
  nodeTests('cli', 'cli/**/*.test.ts'),
  nodeTests('stack', 'stack/**/*.test.ts'),
  nodeTests('dashboards', 'dashboards/**/*.test.ts'),
  nodeTests('loop', 'test/loop/loop.test.ts'),
  // Each starts a system of its own, and two would only be slow.
  nodeTestsAtOnce(1, 'faults', [
    'test/faults/killPlan.test.ts',
    'test/faults/faults.test.ts',
    'test/badInput/**/*.test.ts',
  ]),
  { ...nodeTests('reorgs', 'indexer/testing/reorgs/sweep.ts'), onlyOnRequest: true },
  { ...nodeTests('graph-node', 'test/graphNode/graphNode.test.ts'), onlyOnRequest: true },
  { ...nodeTests('faults-real', 'test/faults/realModel.test.ts'), onlyOnRequest: true },
]
