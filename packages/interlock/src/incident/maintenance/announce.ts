import type { Update } from "../../api/updates.ts";
import type { Transaction } from "../../control/control.ts";
import type { PhraseValues } from "../../language/phrases/phrase-in.ts";
import { appendToTimeline } from "../append-to-timeline.ts";
import { readPageLanguage } from "../status-page/read-status-page.ts";
import { composeTexts, type Saying } from "../updates/compose-texts.ts";
import { gapsOf, requireComplete } from "../updates/require-complete.ts";
import { writeUpdate } from "../updates/write-update.ts";
import { maintenanceReference, type MaintenanceRow } from "./maintenance.ts";

/** What is said in public with a step of a maintenance. */
export interface Announcement extends Saying {
  notify?: boolean;
  incompleteReason?: string | undefined;
}

/** Says something of a maintenance in every language; of one that is not public, nothing. */
export async function announce(
  { query, audit, emit }: Transaction,
  {
    row,
    status,
    phrase,
    said,
    at,
    actor,
  }: {
    /** As it is from now on. */
    row: MaintenanceRow;
    status: Update["status"];
    /** What is said where nothing else is. */
    phrase: string;
    said: Announcement;
    at: Date;
    actor: string;
  },
): Promise<void> {
  if (!row.is_public) return;
  const { locales, timeZone } = await readPageLanguage(query);
  const hasPhrases = (said.phrases ?? []).length > 0;
  const saying = { ...said, phrases: hasPhrases ? said.phrases : [phrase] };
  const texts = composeTexts(saying, { facts: factsOf(row), timeZone });
  const incompleteReason = requireComplete(
    gapsOf(
      texts.filter(({ round }) => round > 0).map(({ locale }) => ({ locale, isStale: false })),
      locales,
    ),
    { reason: said.incompleteReason, command: "the same command with" },
  );
  const update = await writeUpdate(query, {
    subject: { maintenance: row.id },
    status,
    saying,
    texts,
    publish: true,
    occurredAt: at,
    at,
    notifies: said.notify ?? true,
    incompleteReason,
    affected: [],
    actor,
  });
  const { environment, id: maintenance } = row;
  const detail = {
    reference: maintenanceReference(row),
    update,
    status,
    incompleteReason: incompleteReason ?? null,
  };
  await appendToTimeline(query, { maintenance, at, kind: "update-published", actor, isPublic: true, detail });
  audit({ actor, action: "update.publish", environment, subject: update, detail });
  emit({ kind: "update-published", environment, subject: update, detail: { ...detail, maintenance } });
}

function factsOf(row: MaintenanceRow): PhraseValues {
  return {
    components: row.components.map(({ names }) => names),
    from: row.scheduled_for,
    until: row.scheduled_until,
  };
}
