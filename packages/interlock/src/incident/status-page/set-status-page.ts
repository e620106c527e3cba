import type { StatusPage, StatusPageChange } from "../../api/status-page.ts";
import type { Caller } from "../../access/caller.ts";
import type { Control } from "../../control/control.ts";
import { environmentNotFound } from "../../gate/environment-not-found.ts";
import { requireEnvironment } from "../../gate/reach.ts";
import { notValid } from "../refused.ts";
import { defaultLanguage, readStatusPage, requireStatusPage } from "./read-status-page.ts";

/**
 * Sets up the public page, or changes what is given of it. Throws `Failure` "input-not-valid" for a time zone that
 * there is none of or a new page without its names and url, "not-found", or "forbidden" for a token that is not for
 * the environment that the page tells of, before and after.
 */
export async function setStatusPage(
  { control }: { control: Control },
  { change, caller }: { change: StatusPageChange; caller: Caller },
): Promise<StatusPage> {
  return control.transact(async ({ query, audit, emit }) => {
    // One after another, also where there is no row yet that could be locked.
    await query("lock table interlock_control.status_page in share row exclusive mode");
    const known = await readStatusPage(query);
    if (known !== null) requireEnvironment(caller, known.environment);
    const { environment = known?.environment, names = known?.names, url = known?.url } = change;
    if (environment === undefined || names === undefined || url === undefined) throw incomplete();
    requireEnvironment(caller, environment);
    const found = await query(
      "select from interlock_control.environments where name = $1::text for key share",
      [environment],
    );
    if (found.length === 0) throw environmentNotFound(environment);
    const before = known ?? defaultLanguage;
    const timeZone = change.timeZone ?? before.timeZone;
    checkTimeZone(timeZone);
    const owner = change.responsibility ?? (before.responsibility || (Object.values(names)[0] ?? ""));
    await query(writeSql, [
      environment,
      JSON.stringify(names),
      url,
      timeZone,
      change.locales ?? before.locales,
      change.postmortemLocales ?? before.postmortemLocales,
      owner,
      caller.owner,
    ]);
    audit({
      actor: caller.owner,
      action: "status-page.set",
      environment,
      subject: "status-page",
      detail: change,
    });
    emit({ kind: "status-page-changed", environment, subject: "status-page", detail: change });
    return requireStatusPage(query);
  });
}

const writeSql = `insert into interlock_control.status_page
    (environment, names, url, time_zone, locales, postmortem_locales, responsibility, updated_by)
  values ($1::text, $2::jsonb, $3::text, $4::text, $5::text[], $6::text[], $7::text, $8::text)
  on conflict (only_one) do update set environment = excluded.environment, names = excluded.names,
    url = excluded.url, time_zone = excluded.time_zone, locales = excluded.locales,
    postmortem_locales = excluded.postmortem_locales, responsibility = excluded.responsibility,
    updated_at = clock_timestamp(), updated_by = excluded.updated_by`;

function checkTimeZone(timeZone: string): void {
  try {
    Intl.DateTimeFormat("en", { timeZone });
  } catch {
    throw notValid(`There is no time zone ${timeZone}.`, { next: "Write one such as Europe/Paris." });
  }
}

function incomplete(): Error {
  return notValid("A new status page needs its environment, names and url.", {
    next: "interlock statuspage set --env production --name en='Example status' --url https://status.example.com",
  });
}
