import type { Client } from "pg";
import { Failure } from "../std/failure.ts";
import { readOpenChanges } from "./journal.ts";
import { meaningOf, type ChangeRecord } from "./journal-record.ts";

/**
 * The open change that a command is about: the one with this id, or the only one there is; undefined where none is
 * open. Throws `Failure` "several-changes-open" where the command does not say which, and "change-not-open".
 */
export async function findOpenChange(
  client: Client,
  id: string | undefined,
): Promise<ChangeRecord | undefined> {
  const open = await readOpenChanges(client);
  if (id !== undefined) {
    const change = open.find(({ plan }) => plan.id === id);
    if (change === undefined && open.length > 0) throw notOpen(id, open);
    return change;
  }
  if (open.length > 1) throw several(open);
  return open[0];
}

/** For people, a line for each: `3f9c… (ready): 0042_status.sql`. */
export function listChanges(open: readonly ChangeRecord[]): string {
  return open.map(({ plan, state }) => `${plan.id} (${state})${filesOf(plan.files)}`).join("\n");
}

function filesOf(files: readonly { path: string }[]): string {
  return files.length === 0 ? "" : `: ${files.map(({ path }) => path).join(", ")}`;
}

function several(open: readonly ChangeRecord[]): Failure {
  return new Failure({
    code: "several-changes-open",
    message: `${String(open.length)} changes are unfinished in this database; it does not say which one is meant.`,
    why: listChanges(open),
    state: "This command changed nothing.",
    next: `Say which: --change ${open[0]?.plan.id ?? "ID"}`,
  });
}

function notOpen(id: string, open: readonly ChangeRecord[]): Failure {
  const [only] = open;
  return new Failure({
    code: "change-not-open",
    message: `No change ${id} is unfinished in this database.`,
    why: `Unfinished are:\n${listChanges(open)}`,
    state: `${open.length === 1 && only !== undefined ? `${meaningOf(only.state)} ` : ""}This command changed nothing.`,
    next: "`interlock status` shows the unfinished changes.",
  });
}
