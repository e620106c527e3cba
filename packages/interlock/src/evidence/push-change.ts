import { createHash } from "node:crypto";
import type { NewChange, PushedChange } from "../api/changes.ts";
import { mostChangeBytes } from "../api/changes.ts";
import type { Caller } from "../access/caller.ts";
import type { Control } from "../control/control.ts";
import { storableText } from "../control/storable.ts";
import type { Migration } from "../migration/migration.ts";
import { migrationsOf, type MigrationFile } from "../migration/read.ts";
import { Failure } from "../std/failure.ts";
import { changeColumns, changeOf, type ChangeRow } from "./change.ts";
import { idOf } from "./digest.ts";
import { touchesOf } from "./touches-of.ts";

/**
 * Takes a change in. Its id comes from what it is: pushed again it is the same one, whatever its title. Throws `Failure`
 * "sql-does-not-parse" with the line, "input-not-valid" for paths or texts that can't be, "too-large".
 */
export async function pushChange(
  { control }: { control: Control },
  { change, caller }: { change: NewChange; caller: Caller },
): Promise<PushedChange> {
  const { files, baseline, appVersion } = change;
  refuse([...files, ...baseline]);
  const migrations = parsed(files);
  parsed(baseline);
  const touches = touchesOf(migrations);
  const digests = migrations.map(({ text }) => createHash("sha256").update(text).digest("hex"));
  const [app, version] = appVersion?.split("@") ?? [];
  const id = idOf("chg", { files, baseline, appVersion });
  const title = change.title ?? titleOf(files);
  return control.transact(async ({ query, audit, emit }) => {
    const [row] = await query<ChangeRow>(
      `insert into interlock_control.changes (id, title, files, baseline, digests, app, version, touches, created_by)
       values ($1::text, $2::text, $3::jsonb, $4::jsonb, $5::text[], $6::text, $7::text, $8::jsonb, $9::text)
       on conflict (id) do nothing returning ${changeColumns}`,
      [
        id,
        storableText(title),
        JSON.stringify(files),
        JSON.stringify(baseline),
        digests,
        app ?? null,
        version ?? null,
        JSON.stringify(touches),
        caller.owner,
      ],
    );
    if (row === undefined) {
      const [known] = await query<ChangeRow>(
        `select ${changeColumns} from interlock_control.changes where id = $1::text`,
        [id],
      );
      if (known === undefined) throw new Error("a change is never removed");
      return { ...changeOf(known), isNew: false };
    }
    const paths = files.map(({ path }) => path);
    const detail = { title, files: paths, appVersion: appVersion ?? null };
    audit({ actor: caller.owner, action: "change.push", subject: id, detail });
    emit({ kind: "change-pushed", subject: id, detail });
    return { ...changeOf(row), isNew: true };
  });
}

function titleOf(files: readonly MigrationFile[]): string {
  const names = files.map(({ path }) => path.slice(path.lastIndexOf("/") + 1));
  const shown = names.slice(0, 3).join(", ");
  return (names.length > 3 ? `${shown} and ${String(names.length - 3)} more` : shown).slice(0, 200);
}

/** Throws `Failure` "sql-does-not-parse" where a file does not. */
function parsed(files: readonly MigrationFile[]): Migration[] {
  const migrations = migrationsOf(files);
  for (const migration of migrations) void migration.statements;
  return migrations;
}

function refuse(files: readonly MigrationFile[]): void {
  const seen = new Set<string>();
  let bytes = 0;
  for (const { path, text } of files) {
    const why = wrongWith(path, seen);
    if (why !== undefined) throw notValid(`The path ${JSON.stringify(path)} can't be taken: ${why}.`);
    if (storableText(text) !== text) throw notValid(`${path} holds U+0000, or half of a surrogate pair.`);
    seen.add(path);
    bytes += Buffer.byteLength(text, "utf8");
  }
  if (bytes <= mostChangeBytes) return;
  throw new Failure({
    code: "too-large",
    message: "The change and its baseline are too large.",
    why: `They are ${String(bytes)} bytes; ${String(mostChangeBytes)} are taken.`,
    state: "Nothing was changed.",
    next: "Give the schema before the change as one file, from pg_dump --schema-only, in place of every migration.",
  });
}

function wrongWith(path: string, seen: ReadonlySet<string>): string | undefined {
  if (seen.has(path)) return "it is given twice";
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path) || path.includes("\\")) {
    return "it is not relative, with / between its parts";
  }
  if (path.split("/").some((part) => part === "" || part === "." || part === "..")) {
    return "one of its parts is empty, . or ..";
  }
  return storableText(path) === path && !/\p{Cc}/u.test(path) ? undefined : "it holds control characters";
}

function notValid(why: string): Failure {
  return new Failure({
    code: "input-not-valid",
    message: "The change can't be taken in.",
    why,
    state: "Nothing was changed.",
    next: "Give each file once, by a path relative to the repository.",
  });
}
