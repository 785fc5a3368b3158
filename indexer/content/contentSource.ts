/** Where files are found by their content ids, as IPFS names them. */
export interface ContentSource {
  /** @returns null when the file is not to be had. */
  get(id: string): Promise<Uint8Array | null>
}
