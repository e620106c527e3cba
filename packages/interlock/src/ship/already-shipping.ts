import type { Client } from "pg";
import { Failure } from "../std/failure.ts";
import { findExecutor } from "./executor-lock.ts";
import { hasJournal } from "./journal-schema.ts";
import { readOpenChanges } from "./journal.ts";

/** Says who holds the executor's lock, since when, and for which change. */
export async function alreadyShipping(client: Client): Promise<Failure> {
  const executor = await findExecutor(client);
  const changes = (await hasJournal(client)) ? await readOpenChanges(client) : [];
  const holder =
    executor === undefined
      ? "It has just ended."
      : `Server process ${String(executor.pid)} (${executor.applicationName}) holds the lock; its session began ${executor.since.toISOString()}.`;
  const [first] = changes;
  const open =
    first === undefined
      ? ""
      : changes.length === 1
        ? ` It ships change ${first.plan.id}, started by ${first.executor}.`
        : ` Unfinished are ${changes.map(({ plan }) => plan.id).join(", ")}.`;
  return new Failure({
    code: "already-shipping",
    message: "Another executor is at work in this database.",
    why: holder + open,
    state: "This command changed nothing.",
    next: "Wait until it is through: `interlock status` shows how far it is. If its process was killed, the server frees the lock by itself.",
  });
}
