import type { Client } from "pg";
import { quoteLiteral } from "../sql/quote.ts";
import type { LiveVersion } from "./ship-event.ts";

/** PostgreSQL keeps this many bytes of an `application_name`. */
const nameBytes = 63;

/** The app versions that must have gone before the contract phase: old ones that the new side does not keep. */
export function leavingVersions({ old, new: coming }: { old: string[]; new: string[] }): string[] {
  return old.filter((version) => !coming.includes(version));
}

/** The app versions that must have gone before the change is rolled back. */
export function comingVersions({ old, new: coming }: { old: string[]; new: string[] }): string[] {
  return coming.filter((version) => !old.includes(version));
}

/** Which of these app versions have sessions on this database now. */
export async function findLiveVersions(client: Client, versions: readonly string[]): Promise<LiveVersion[]> {
  if (versions.length === 0) return [];
  const byName = new Map(versions.flatMap((version) => shownNames(version).map((name) => [name, version])));
  const { rows } = await client.query<{ name: string; pids: number[]; since: Date | null }>(
    `select application_name as name, array_agg(pid order by pid) as pids, min(backend_start) as since
       from pg_catalog.pg_stat_activity
      where datname = current_database() and pid <> pg_catalog.pg_backend_pid()
        and application_name = any($1::text[])
      group by application_name order by application_name`,
    [[...byName.keys()]],
  );
  return rows.map(({ name, pids, since }) => ({
    appVersion: byName.get(name) ?? name,
    pids,
    since: (since ?? new Date()).toISOString(),
  }));
}

/** The SQLSTATE, of a class that nobody else uses, with which a step says that such a version is live after all. */
export const versionIsLiveSqlstate = "IL001";

/** PL/pgSQL that stops a step where one of these versions has a session, for the moment after its locks were had. */
export function refuseLiveVersionsSql(versions: readonly string[]): string {
  if (versions.length === 0) return "";
  const names = versions.flatMap(shownNames).map(quoteLiteral).join(", ");
  return `if exists (select from pg_catalog.pg_stat_activity where datname = current_database()
      and pid <> pg_catalog.pg_backend_pid() and application_name in (${names})) then
    raise exception 'a version that must have gone is live' using errcode = '${versionIsLiveSqlstate}';
  end if;`;
}

/** An app version as the server may show it: cut to its limit, and what is not ASCII replaced (as 15 and as 16 do it). */
export function shownNames(version: string): string[] {
  const bytes = [...Buffer.from(version, "utf8")];
  const written = (replace: (byte: number) => string): string =>
    bytes.map((byte) => (isPlain(byte) ? String.fromCodePoint(byte) : replace(byte))).join("");
  const forms = [version, written(() => "?"), written((byte) => `\\x${byte.toString(16).padStart(2, "0")}`)];
  return [...new Set(forms.map(cut))];
}

function cut(name: string): string {
  let shown = name;
  while (Buffer.byteLength(shown, "utf8") > nameBytes) shown = [...shown].slice(0, -1).join("");
  return shown;
}

function isPlain(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f;
}
