import type { Comparison } from '../compare/compareFacts.ts'
import type { Refusals } from './askRefusals.ts'

/** Adds what both hosts have against the variants to a comparison. */
export function compareRefusals(
  comparison: Comparison,
  name: string,
  theirs: Refusals,
  ours: Refusals,
): void {
  for (const [question, graphNode] of Object.entries(theirs)) {
    const tributary = ours[question]
    comparison.failures.compared += 1
    if (JSON.stringify(graphNode) === JSON.stringify(tributary)) comparison.failures.equal += 1
    else comparison.differences.push({ case: name, question, graphNode, tributary })
  }
}
