import { MigrationError } from './MigrationError.ts'

const WORDS = {
  single: {
    cluster: '',
    engine: 'MergeTree',
    summing: 'SummingMergeTree',
    replacing: 'ReplacingMergeTree',
    dedup_window: 'non_replicated_deduplication_window = 10000',
  },
  replicated: {
    cluster: "ON CLUSTER '{cluster}'",
    engine: 'ReplicatedMergeTree',
    summing: 'ReplicatedSummingMergeTree',
    replacing: 'ReplicatedReplacingMergeTree',
    dedup_window: 'replicated_deduplication_window = 10000',
  },
}

/**
 * Puts the words of a single server or of a replicated cluster into a migration's `{{…}}`.
 *
 * @example
 * fillTemplate('ENGINE = {{summing}}(wei)', true) // 'ENGINE = ReplicatedSummingMergeTree(wei)'
 */
export function fillTemplate(sql: string, replicated: boolean): string {
  const words: Record<string, string> = replicated ? WORDS.replicated : WORDS.single
  return sql.replace(/\{\{(\w*)\}\}/g, (placeholder, name: string) => {
    const word = words[name]
    if (word !== undefined) return word
    throw new MigrationError(`${placeholder} stands for nothing`, {
      code: 'migration_template',
      hint: `Use one of ${Object.keys(words).join(', ')}.`,
    })
  })
}
