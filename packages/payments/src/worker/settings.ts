/** What the flags of the worker say about its jobs. */
export interface WorkerSettings {
  /** Younger operations are left to the request that started them. */
  recoverAfterMs: number;
  recoverEveryMs: number;
  /** How long a card holder has for a challenge. */
  challengeMs: number;
  challengesEveryMs: number;
  expireEveryMs: number;
  /** How long a receiver has to answer. */
  notificationTimeoutMs: number;
  /** How long a notification stays with the worker that took it. */
  notificationLeaseMs: number;
  /** Shortens the rests between attempts to deliver a notification. */
  retryScale: number;
  /** Whether notifications in test mode may go to this machine. */
  allowLoopback: boolean;
}
