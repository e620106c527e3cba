import type { ClientConfig } from "pg";
import { connect } from "../database/connect.ts";
import { hasJournal } from "../ship/journal-schema.ts";
import { readChange } from "../ship/journal.ts";

/**
 * Whether a plan has come to an end in a database, as the journal there says: `done` for good, `taken-back` (or
 * never begun), or `no`. Throws what `connect` throws.
 */
export async function hasEndedIn(
  connection: ClientConfig,
  planId: string,
): Promise<"done" | "taken-back" | "no"> {
  const client = await connect(connection);
  try {
    const change = (await hasJournal(client)) ? await readChange(client, { planId }) : undefined;
    if (change === undefined || change.state === "rolled-back") return "taken-back";
    return change.state === "done" ? "done" : "no";
  } finally {
    await client.end();
  }
}
