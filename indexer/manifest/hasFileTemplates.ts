import type { SubgraphBuild } from './subgraphBuild.ts'

/** Whether handlers can make file data sources; what serves these costs nothing where they cannot. */
export function hasFileTemplates({ templates }: Pick<SubgraphBuild, 'templates'>): boolean {
  return templates.some(({ fileHandler }) => fileHandler !== null)
}
