import type { Client } from "pg";
import { Failure } from "../std/failure.ts";
import { findExecutor } from "./executor-lock.ts";
import { hasJournal } from "./journal-schema.ts";
import { readChange } from "./journal.ts";

/** Says who holds the executor's lock, since when, and for which change. */
export async function alreadyShipping(client: Client): Promise<Failure> {
  const executor = await findExecutor(client);
  const change = (await hasJournal(client)) ? await readChange(client) : undefined;
  const holder =
    executor === undefined
      ? "It has just ended."
      : `Server process ${String(executor.pid)} (${executor.applicationName}) holds the lock; its session began ${executor.since.toISOString()}.`;
  const open =
    change === undefined || change.endedAt !== null
      ? ""
      : ` It ships change ${change.plan.id}, started by ${change.executor}.`;
  return new Failure({
    code: "already-shipping",
    message: "Another executor is at work in this database.",
    why: holder + open,
    state: "This command changed nothing.",
    next: "Wait until it is through: `interlock status` shows how far it is. If its process was killed, the server frees the lock by itself.",
  });
}
