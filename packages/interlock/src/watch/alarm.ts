import type { LoggedDdl } from "./ddl-log.ts";
import type { Unprepared } from "./prepare-statements.ts";

/** A live version whose statements PostgreSQL no longer prepares, and what did it as far as the log knows. */
export interface Alarm {
  appVersion: string;
  statements: Unprepared[];
  ddl: LoggedDdl[];
  raisedAt: string;
}

export type WatchEvent =
  /** It hears of changes when they are made, or looks again and again, and why. */
  | { type: "watching"; how: "event-triggers" | "polling"; why: string | null }
  /** New, or open and with other statements than before. */
  | { type: "alarm"; alarm: Alarm }
  /** All statements prepare again, or the version is not live any more. */
  | { type: "cleared"; appVersion: string; at: string; why: "works" | "not-live" }
  /** Some statements could not be answered for a while; nothing is known of them. */
  | { type: "unknown"; appVersion: string; statements: Unprepared[] }
  | { type: "lost"; why: string }
  | { type: "back" };
