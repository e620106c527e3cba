import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { Client } from "pg";
import type { Change } from "../../packages/payments/src/changes/changes.ts";
import { findPgroll } from "../find-pgroll.ts";
import type { Place } from "./site.ts";
import { urlOf } from "./url-of.ts";

const run = promisify(execFile);
const longestMs = 100_000;

/** Why pgroll's operations can't say a change, as far as they can't. */
const unsayable: Readonly<Record<string, string>> = {
  "06": "no operation renames the values of an enum; a plain SQL operation does it at once, for both versions.",
  "08": "a type is made by a migration of its own, and the CHECK on the column would have to go in another one.",
  "09": "the new release's own statements call functions of pgcrypto, and a session of pgroll's new version has nothing but the version's schema on its search path.",
  "11": "no operation moves columns from one table to another.",
  "12": "no operation moves columns from one table to another.",
  "15": "no operation makes an index of an expression.",
  "16": "no operation exchanges a primary key.",
  "17": "no operation moves columns from one table to another.",
  "20": "no operation partitions a table.",
};

/** pgroll, as changes are brought about with it. */
export interface Pgroll {
  version: string;
  /** What it is told of a change: its file of operations, or why there is none. */
  migrationOf(change: Change): { file: string } | { why: string };
  /** Has it take the structure that is there for its first version. */
  begin(place: Place): Promise<void>;
  /** Runs a command of it on a place. Throws with its own words. */
  run(place: Place, ...args: string[]): Promise<void>;
  /** How the new release reaches its tables: the search path is the version's schema and nothing else. */
  urlOf(place: Place, change: Change): string;
}

/** Undefined where there is none. */
export async function openPgroll(): Promise<Pgroll | undefined> {
  const found = await findPgroll();
  if (found === undefined) return undefined;
  const { program, version } = found;
  const runCommand: Pgroll["run"] = async (place, ...args) => {
    const url = new URL(urlOf(place));
    url.searchParams.set("sslmode", "disable");
    try {
      await run(program, [...args, "--postgres-url", url.href], { timeout: longestMs });
    } catch (error) {
      const { stderr = "", stdout: said = "" } = error as { stderr?: string; stdout?: string };
      const words = stripVTControlCharacters(stderr + said)
        .trim()
        .slice(-500);
      throw new Error(`pgroll ${args[0] ?? ""}: ${words}`, { cause: error });
    }
  };
  return {
    version,
    migrationOf(change) {
      const number = numberOf(change);
      const file = join(import.meta.dirname, "pgroll", `${number}.json`);
      if (existsSync(file)) return { file };
      return { why: unsayable[number] ?? "nobody has written it down." };
    },
    async begin(place) {
      await generateByTrigger(place);
      const directory = await mkdtemp(join(tmpdir(), "pgroll-"));
      try {
        await runCommand(place, "init");
        await runCommand(place, "baseline", "00", directory, "--yes", "--json");
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
    },
    run: runCommand,
    urlOf(place, change) {
      return urlOf(place, [schemaOf(change)]);
    },
  };
}

/**
 * pgroll makes a view of every table, and takes the expression of a generated column for a default, which PostgreSQL
 * refuses: a trigger keeps that column instead, so that there is something to compare with.
 */
async function generateByTrigger({ connection }: Place): Promise<void> {
  const client = new Client({ ...connection, application_name: "operator" });
  await client.connect();
  try {
    await client.query(`alter table notifications alter column receiver drop expression;
create function notifications_receiver() returns trigger language plpgsql as $$
begin
  new.receiver := lower(coalesce(substring(new.url from '^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#]*@)?([^/?#]*)'), ''));
  return new;
end
$$;
create trigger notifications_receiver before insert on notifications
  for each row execute function notifications_receiver()`);
  } finally {
    await client.end();
  }
}

/** The schema in which pgroll shows the new version's tables. */
export function schemaOf(change: Change): string {
  return `public_${numberOf(change)}`;
}

function numberOf({ number }: Change): string {
  return String(number).padStart(2, "0");
}
