import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Control } from "../control/control.ts";
import { Failure, messageOf } from "../std/failure.ts";
import { newId } from "../std/new-id.ts";
import { insertToken } from "./make-token.ts";

/** Held by whoever looks and makes one: of servers that start at once one does. "first" as a number. */
const lockKey = 439_888_573_300;

/**
 * Makes an admin's token where there is none that works, as on a new control database or when the last one has
 * expired, and writes it to a file in `directory` that only this user can read. Returns the file's path,
 * undefined when there was a token. Whoever starts a server has its database and its key already, and gains
 * nothing by it. Throws `Failure` "token-not-written".
 */
export async function makeFirstToken(
  control: Control,
  { directory, owner }: { directory: string; owner: string },
): Promise<string | undefined> {
  const path = join(directory, "admin-token");
  const draft = `${path}.${newId("new")}`;
  try {
    const made = await control.transact(async (transaction) => {
      await transaction.query("select pg_catalog.pg_advisory_xact_lock($1::bigint)", [lockKey]);
      const [there] = await transaction.query(
        `select id from interlock_control.tokens
          where role = 'admin' and scopes is null and environments is null
            and revoked_at is null and expires_at > clock_timestamp()
          limit 1`,
      );
      if (there !== undefined) return false;
      const { secret } = await insertToken(transaction, {
        wanted: { name: "first admin", owner, role: "admin" },
        maker: "interlock",
      });
      // Before the commit: a token that is nowhere to be read would be of no use to anybody.
      await write(draft, secret);
      return true;
    });
    if (!made) return undefined;
    await rename(draft, path);
    return path;
  } finally {
    await rm(draft, { force: true });
  }
}

async function write(path: string, secret: string): Promise<void> {
  try {
    await writeFile(path, `${secret}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    throw new Failure({
      code: "token-not-written",
      message: "The first admin's token can't be written to the data directory.",
      why: messageOf(error),
      state: "No token was made.",
      next: "Give a directory that you may write to with --data.",
      cause: error,
    });
  }
}
