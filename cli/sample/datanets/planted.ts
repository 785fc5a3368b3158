/**
 * An invented package with an invented fact, contributed by one wallet of its own: whoever answers
 * with it can only have it from this record. No such package exists.
 */
export const PLANTED = {
  name: 'quillfern',
  version: '0.0.0',
  author: 'Wilhelmina Oakhollow (invented)',
  description:
    'Quillfern folds a tide table into a seven-sided paper lantern and prints the fold lines as plain text.',
} as const
