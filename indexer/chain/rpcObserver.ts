/** Told how each node of an RpcClient is doing. */
export interface RpcObserver {
  /** A node has answered one HTTP body of requests. */
  answered(node: string, method: string, seconds: number): void
  /** A node was asked in vain: no answer, a refusal, or an answer that is not used. */
  failed(node: string, method: string): void
  /**
   * @param failures in a row; 0 for a healthy one.
   * @param foreign whether it serves another chain, so that it is not asked any more.
   */
  is(node: string, failures: number, foreign: boolean): void
}
