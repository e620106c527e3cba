import type { Client, ClientConfig } from "pg";
import { connect } from "../database/connect.ts";
import { sqlstateOf } from "../database/sqlstate.ts";
import { Failure, messageOf } from "../std/failure.ts";
import { changeStatus, type ChangeStatus } from "./change-status.ts";
import { findExecutor } from "./executor-lock.ts";
import { readChange, readOpenChanges } from "./journal.ts";
import { hasJournal } from "./journal-schema.ts";

/** How far the change in a database is: format `interlock-status/1`. */
export interface ShipStatus {
  format: "interlock-status/1";
  /** The unfinished change that was begun last, else the last one; null when nothing was ever shipped to this database. */
  change: ChangeStatus | null;
  /** Every unfinished change, in the order in which they were begun. */
  open: ChangeStatus[];
  /** The session that holds the executor's lock now. */
  executor: { pid: number; applicationName: string; since: string; clientAddress: string | null } | null;
  /** What to do now. */
  next: string;
}

/** Reads how far the change in a database is, and changes nothing. Throws what `connect` throws, or "permission-denied". */
export async function shipStatus({ connection }: { connection: ClientConfig }): Promise<ShipStatus> {
  const client = await connect(connection);
  try {
    return await readStatus(client);
  } catch (error) {
    if (sqlstateOf(error) !== "42501") throw error;
    throw new Failure({
      code: "permission-denied",
      message: "This role may not read the journal, schema interlock.",
      why: messageOf(error),
      state: "Nothing was changed.",
      next: "Use the role that ships changes, or have it run: grant usage on schema interlock to <this role>; grant select on all tables in schema interlock to <this role>",
      cause: error,
    });
  } finally {
    await client.end();
  }
}

async function readStatus(client: Client): Promise<ShipStatus> {
  const executor = await findExecutor(client);
  const changes = (await hasJournal(client)) ? await readOpenChanges(client) : [];
  const last = changes.at(-1) ?? ((await hasJournal(client)) ? await readChange(client) : undefined);
  const atWork =
    executor === undefined
      ? null
      : {
          pid: executor.pid,
          applicationName: executor.applicationName,
          since: executor.since.toISOString(),
          clientAddress: executor.clientAddress,
        };
  const isAtWork = atWork !== null;
  const open: ChangeStatus[] = [];
  for (const change of changes)
    open.push(await changeStatus(client, { change, atWork: isAtWork, isOnly: changes.length === 1 }));
  const status =
    open.at(-1) ??
    (last === undefined
      ? null
      : await changeStatus(client, { change: last, atWork: isAtWork, isOnly: true }));
  return {
    format: "interlock-status/1",
    change: status,
    open,
    executor: atWork,
    next: nextOf(open, { status, isAtWork }),
  };
}

function nextOf(
  open: readonly ChangeStatus[],
  { status, isAtWork }: { status: ChangeStatus | null; isAtWork: boolean },
): string {
  if (status === null)
    return isAtWork ? "An executor has just begun." : "Nothing was shipped to this database yet.";
  if (open.length < 2 || isAtWork) return status.next;
  return `${String(open.length)} changes are unfinished: say which one with --change.`;
}
