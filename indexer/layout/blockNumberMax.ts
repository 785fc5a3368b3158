/** Upper end of a block range that is still open, as graph-node writes it in index expressions. */
export const BLOCK_NUMBER_MAX = 2147483647
