import type { BlockInfo, Deployment } from '../deployment.ts'
import type { SelectedField, SelectionSet } from '../query/selectionSet.ts'
import { type Answer, type AnswerObject, answerObject } from './completeEntity.ts'
import type { LocatedBlock } from './locateBlock.ts'

/** Answers `_meta`. Time and parent of a block are only known where its hash is. */
export async function metaField(
  field: SelectedField,
  deployment: Deployment,
  block: LocatedBlock,
  head: BlockInfo,
  hasIndexingErrors: boolean,
): Promise<AnswerObject> {
  const info = await blockInfo(deployment, block, head)
  return pick(field.selections, '_Meta_', {
    block: (inner) =>
      pick(inner.selections, '_Block_', {
        hash: () => block.hash,
        number: () => block.number,
        timestamp: () => info?.timestamp ?? null,
        parentHash: () => info?.parentHash ?? null,
      }),
    deployment: () => deployment.id,
    hasIndexingErrors: () => hasIndexingErrors,
    finality: (inner) => {
      const finality = deployment.finality?.()
      if (!finality) return null
      return pick(inner.selections, '_Finality_', {
        safe: () => finality.safe,
        finalized: () => finality.finalized,
      })
    },
  })
}

async function blockInfo(
  deployment: Deployment,
  block: LocatedBlock,
  head: BlockInfo,
): Promise<BlockInfo | null> {
  if (block.hash === null) return null
  if (block.hash === head.hash) return head
  return (await deployment.blockInfo?.(block.number)) ?? null
}

/** The fields that a selection names of an object that is no entity. */
export function pick(
  selections: SelectionSet | null,
  typeName: string,
  resolvers: Readonly<Record<string, (field: SelectedField) => Answer>>,
): AnswerObject {
  const answer = answerObject()
  for (const field of selections?.fields(typeName) ?? []) {
    answer[field.responseKey] =
      field.name === '__typename' ? typeName : resolvers[field.name](field)
  }
  return answer
}
