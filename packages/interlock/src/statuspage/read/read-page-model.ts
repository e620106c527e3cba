import type { Locale, Localised } from "../../api/localised.ts";
import type { Control, Transaction } from "../../control/control.ts";
import type { PageComponent, PageModel } from "../page-model.ts";
import { readComponents } from "./read-components.ts";
import { readIncidents } from "./read-incidents.ts";
import { readMaintenances } from "./read-maintenances.ts";

export type Query = Transaction["query"];

/** A row of impacts or updates belongs to an incident or to a maintenance. */
export interface Around {
  query: Query;
  environment: string;
  components: readonly PageComponent[];
  responsibility: string;
  timeZone: string;
  /** Whether what is not public yet is read, too. */
  drafts: boolean;
}

/**
 * Everything that the public page shows, as it stood at one moment; undefined where nobody has said yet what page
 * there is. With `drafts`, also what nobody has published yet: for a preview.
 */
export async function readPageModel(
  control: Pick<Control, "transact">,
  { drafts = false }: { drafts?: boolean } = {},
): Promise<PageModel | undefined> {
  return control.transact(async ({ query }) => {
    // One look for all statements: an update must not be there without the incident that it belongs to.
    await query("set transaction isolation level repeatable read, read only");
    const [row] = await query<PageRow>(pageSql);
    const [first, ...rest] = row?.locales ?? [];
    if (row === undefined || first === undefined) return undefined;
    const { environment, names, url, timeZone, responsibility } = row;
    const components = await readComponents(query, { environment, timeZone });
    const around: Around = { query, environment, components, responsibility, timeZone, drafts };
    const incidents = await readIncidents(around);
    const maintenances = await readMaintenances(around);
    const moments = [
      row.updatedAt,
      ...components.map(({ updatedAt }) => updatedAt),
      ...[...incidents, ...maintenances].flatMap(({ createdAt, updates }) => [
        createdAt,
        ...updates.flatMap(({ publishedAt, editedAt }) => [publishedAt, editedAt ?? publishedAt]),
      ]),
      ...incidents.flatMap(({ postmortem }) =>
        postmortem === null ? [] : [postmortem.editedAt ?? postmortem.publishedAt],
      ),
    ];
    return {
      page: {
        environment,
        names,
        url: url.replace(/\/+$/, ""),
        timeZone,
        locales: [first, ...rest],
        responsibility,
      },
      changedAt: new Date(Math.max(...moments.map((at) => at.getTime()))),
      components,
      incidents,
      maintenances,
    };
  });
}

interface PageRow {
  environment: string;
  names: Localised;
  url: string;
  timeZone: string;
  locales: Locale[];
  responsibility: string;
  updatedAt: Date;
}

const pageSql = `
select environment, names, url, time_zone as "timeZone", locales, responsibility, updated_at as "updatedAt"
  from interlock_control.status_page`;
