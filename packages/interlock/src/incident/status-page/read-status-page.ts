import type { Locale, Localised } from "../../api/localised.ts";
import type { StatusPage } from "../../api/status-page.ts";
import type { Control } from "../../control/control.ts";
import { notFound } from "../refused.ts";

interface Row {
  environment: string;
  names: Localised;
  url: string;
  time_zone: string;
  locales: Locale[];
  postmortem_locales: Locale[];
  responsibility: string;
  updated_at: Date;
  updated_by: string;
}

const readSql = `select environment, names, url, time_zone, locales, postmortem_locales, responsibility, updated_at, updated_by
  from interlock_control.status_page`;

/** The settings of the public page; null where there are none yet. */
export async function readStatusPage(query: Control["query"]): Promise<StatusPage | null> {
  const [row] = await query<Row>(readSql);
  if (row === undefined) return null;
  return {
    environment: row.environment,
    names: row.names,
    url: row.url,
    timeZone: row.time_zone,
    locales: row.locales,
    postmortemLocales: row.postmortem_locales,
    responsibility: row.responsibility,
    updatedAt: row.updated_at.toISOString(),
    updatedBy: row.updated_by,
  };
}

/** The settings of the public page. Throws `Failure` "not-found" where there are none yet. */
export async function requireStatusPage(query: Control["query"]): Promise<StatusPage> {
  const page = await readStatusPage(query);
  if (page !== null) return page;
  throw notFound("status page yet", "Set it up: interlock statuspage set --help");
}

/** In which languages, whose time and whose name updates are written; sensible ones where there is no page. */
export type PageLanguage = Pick<StatusPage, "timeZone" | "locales" | "postmortemLocales" | "responsibility">;

export const defaultLanguage: PageLanguage = {
  timeZone: "Europe/Paris",
  locales: ["fr", "en", "it"],
  postmortemLocales: ["fr", "en"],
  responsibility: "",
};

export async function readPageLanguage(query: Control["query"]): Promise<PageLanguage> {
  return (await readStatusPage(query)) ?? defaultLanguage;
}
