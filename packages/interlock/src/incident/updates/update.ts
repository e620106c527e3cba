import type { ImpactStatus } from "../../api/incidents.ts";
import { locales, type Locale } from "../../api/localised.ts";
import type { Update } from "../../api/updates.ts";

export interface TextRow {
  locale: Locale;
  body: string;
  revision: number;
  round: number;
  written_at: string;
  written_by: string;
}

/** An update as the control database has it, with the texts that hold. */
export interface UpdateRow {
  id: string;
  incident: string | null;
  incident_number: string | null;
  maintenance: string | null;
  maintenance_number: string | null;
  status: Update["status"];
  phrases: string[];
  phrase_values: Record<string, unknown>;
  state: Update["state"];
  occurred_at: Date;
  published_at: Date | null;
  published_by: string | null;
  edited_at: Date | null;
  is_backdated: boolean;
  notifies: boolean;
  incomplete_reason: string | null;
  affected: { component: string; key: string; from: ImpactStatus | null; to: ImpactStatus }[];
  revision: number;
  created_at: Date;
  created_by: string;
  texts: TextRow[];
}

/** Reads rows of updates; append a condition on `u`. */
export const selectUpdates = `select u.id, u.incident, i.number as incident_number, u.maintenance,
    m.number as maintenance_number, u.status, u.phrases, u.phrase_values, u.state, u.occurred_at, u.published_at,
    u.published_by, u.edited_at, u.is_backdated, u.notifies, u.incomplete_reason, u.revision, u.created_at,
    u.created_by,
    (select coalesce(jsonb_agg(a.value || jsonb_build_object('key', c.key) order by a.ordinality), '[]'::jsonb)
       from jsonb_array_elements(u.affected) with ordinality a
       join interlock_control.components c on c.id = a.value ->> 'component') as affected,
    (select coalesce(jsonb_agg(to_jsonb(t)), '[]'::jsonb) from (
       select distinct on (locale) locale, body, revision, round, written_at, written_by
         from interlock_control.update_texts where update = u.id order by locale, revision desc) t) as texts
  from interlock_control.updates u
  left join interlock_control.incidents i on i.id = u.incident
  left join interlock_control.maintenances m on m.id = u.maintenance`;

/** Whether another language was changed in meaning since a text was written. */
export function isStale(text: TextRow, texts: readonly TextRow[]): boolean {
  return text.round < currentRound(texts);
}

/** The round of the latest change of meaning. */
export function currentRound(texts: readonly TextRow[]): number {
  return Math.max(1, ...texts.map(({ round }) => round));
}

/** An update as it goes over the wire; `required` are the page's languages. */
export function updateOf(row: UpdateRow, required: readonly Locale[]): Update {
  const { texts } = row;
  return {
    id: row.id,
    incident: row.incident_number === null ? null : `INC-${row.incident_number}`,
    maintenance: row.maintenance_number === null ? null : `MNT-${row.maintenance_number}`,
    status: row.status,
    phrases: row.phrases,
    values: row.phrase_values,
    state: row.state,
    texts: texts
      .toSorted((left, right) => locales.indexOf(left.locale) - locales.indexOf(right.locale))
      .map((text) => ({
        locale: text.locale,
        body: text.body,
        revision: text.revision,
        isStale: isStale(text, texts),
        writtenAt: new Date(text.written_at).toISOString(),
        writtenBy: text.written_by,
      })),
    missing: required.filter((locale) => !texts.some((text) => text.locale === locale)),
    occurredAt: row.occurred_at.toISOString(),
    publishedAt: row.published_at?.toISOString() ?? null,
    publishedBy: row.published_by,
    editedAt: row.edited_at?.toISOString() ?? null,
    isBackdated: row.is_backdated,
    notifies: row.notifies,
    incompleteReason: row.incomplete_reason,
    affected: row.affected.map(({ key, from, to }) => ({ component: key, from, to })),
    revision: row.revision,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
  };
}
