import type { FailureFacts } from "../std/failure.ts";
import type { PhaseName } from "../plan/plan.ts";
import type { DatabaseState, DatabaseWork, Direction } from "./next-work.ts";

export type ShipmentState =
  | "running"
  | "waiting"
  | "stopped"
  | "ready"
  | "done"
  | "rolling-back"
  | "rolled-back";

/** The states in which a server is to be at work on a shipment. */
export const activeStates: readonly ShipmentState[] = ["running", "waiting", "rolling-back"];

/** Why a shipment waits or stopped, and what to do. */
export interface ShipmentReason {
  code: string;
  message: string;
  next: string;
}

/** A row of `shipments`. */
export interface ShipmentRow {
  id: string;
  change: string;
  environment: string;
  rehearsal: string;
  state: ShipmentState;
  target: "expand" | "contract";
  canaries: number;
  concurrency: number;
  lock_budget_ms: number;
  accepts_loss: boolean;
  direction: Direction;
  run: number;
  execution: string | null;
  reasons: ShipmentReason[];
  stop_asked_by: string | null;
  started_at: Date;
  started_by: string;
  ended_at: Date | null;
}

/** A row of `shipment_databases`. */
export interface ShipmentDatabaseRow {
  shipment: string;
  database: string;
  position: number;
  is_canary: boolean;
  state: DatabaseState;
  attempt: number;
  phase: PhaseName | null;
  progress: DatabaseProgress | null;
  failure: FailureFacts | null;
  started_at: Date | null;
  ended_at: Date | null;
}

/** What is under way in a database. */
export interface DatabaseProgress {
  step: string | null;
  title: string | null;
  /** Of the backfill under way. */
  rowsSeen: number | null;
  rowsFilled: number | null;
  rowsTotal: number | null;
  rowsPerSecond: number | null;
  remainingMs: number | null;
  /** What is waited for: a lock and who holds it, a version and where it has sessions. */
  waiting: string | null;
}

type Query = <Row extends object>(sql: string, values?: readonly unknown[]) => Promise<Row[]>;

/** `lock` keeps others from changing the shipment until the transaction ends. */
export async function findShipment(
  { query }: { query: Query },
  { shipment, lock = false }: { shipment: string; lock?: boolean },
): Promise<ShipmentRow | undefined> {
  const [row] = await query<ShipmentRow>(
    `select * from interlock_control.shipments where id = $1::text${lock ? " for no key update" : ""}`,
    [shipment],
  );
  return row;
}

/** In the order in which they come. */
export async function readDatabases(
  { query }: { query: Query },
  shipment: string,
): Promise<ShipmentDatabaseRow[]> {
  return query<ShipmentDatabaseRow>(
    "select * from interlock_control.shipment_databases where shipment = $1::text order by position",
    [shipment],
  );
}

/** Names one stretch of work in one database: another attempt is another one. */
export function keyOf({ database, attempt }: { database: string; attempt: number }): string {
  return `${database}#${String(attempt)}`;
}

/** `atWork` holds the keys of what this execution has begun. */
export function workOf(
  { database, position, is_canary, state, phase, attempt }: ShipmentDatabaseRow,
  atWork: ReadonlySet<string>,
): DatabaseWork {
  return {
    database,
    position,
    isCanary: is_canary,
    state,
    phase,
    isAtWork: atWork.has(keyOf({ database, attempt })),
  };
}
