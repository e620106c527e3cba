import type { Locale, Localised } from "../../api/localised.ts";
import type { StatusPage } from "../../api/status-page.ts";
import type { Control } from "../../control/control.ts";
import { readStatusPage, requireStatusPage } from "../../incident/status-page/read-status-page.ts";
import type { NotifySettings } from "../settings.ts";

/** The status page, as messages need it. */
export interface Page {
  environment: string;
  names: Localised;
  /** Where clients read it, without a slash at the end. */
  url: string;
  timeZone: string;
  /** The first is that of who asks for none. */
  locales: Locale[];
  responsibility: string;
  /** Where subscriptions are confirmed and ended: below it is `/fr/confirm/TOKEN`. */
  subscriptionsUrl: string;
}

/** The page; undefined while nobody has said what it is. */
export async function findPage(
  query: Control["query"],
  settings: Pick<NotifySettings, "publicUrl">,
): Promise<Page | undefined> {
  const page = await readStatusPage(query);
  return page === null ? undefined : pageOf(page, settings);
}

/** The page. Throws `Failure` "not-found". */
export async function readPage(
  query: Control["query"],
  settings: Pick<NotifySettings, "publicUrl">,
): Promise<Page> {
  return pageOf(await requireStatusPage(query), settings);
}

function pageOf(page: StatusPage, { publicUrl }: Pick<NotifySettings, "publicUrl">): Page {
  const { environment, names, url, timeZone, locales, responsibility } = page;
  const origin = URL.canParse(url) ? new URL(url).origin : "";
  const subscriptionsUrl = `${publicUrl ?? origin}/status`;
  return { environment, names, url, timeZone, locales, responsibility, subscriptionsUrl };
}
