import type { PhaseName, Plan } from "../../packages/interlock/src/plan/plan.ts";
import type { ExecutorOptions } from "../../packages/interlock/src/ship/settings.ts";

/** What an executor is to do, and when it is to be killed. */
export interface Order {
  command: "ship" | "resume" | "rollback";
  plan: Plan;
  to: PhaseName;
  options: Pick<
    ExecutorOptions,
    | "connection"
    | "acceptLoss"
    | "backfill"
    | "versionsWaitMs"
    | "retryForMs"
    | "reconnectForMs"
    | "acceptLoss"
  >;
  /** After this many events; 0 for never. */
  killAtEvent: number;
  killAfterMs: number;
}

/** How a run of an executor ended. */
export type Ended = { state: string } | { code: string; message: string } | "killed";
