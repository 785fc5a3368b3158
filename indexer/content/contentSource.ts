/** Where files are found by their content ids, as IPFS names them. */
export interface ContentSource {
  /**
   * @param name a content id, or a path below one.
   * @returns null when the file is not to be had.
   */
  get(name: string): Promise<Uint8Array | null>
  /**
   * Has a listener called with the content ids of each file that is added.
   *
   * @returns ends that.
   */
  onAdded?(listener: (names: readonly string[]) => void): () => void
}
