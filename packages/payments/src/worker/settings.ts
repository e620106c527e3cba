/** What the flags of the worker say about its jobs. */
export interface WorkerSettings {
  /** Younger operations are left to the request that started them. */
  recoverAfterMs: number;
  recoverEveryMs: number;
}
