import type { PhraseValues } from "../../language/phrases/phrase-in.ts";
import type { IncidentRow } from "../incident.ts";

/** What phrases about an incident are filled with unless somebody says otherwise: its facts as they are now. */
export function phraseFacts(row: Pick<IncidentRow, "impacts" | "started_at" | "recovered_at">): PhraseValues {
  const { impacts, started_at: startedAt, recovered_at: recoveredAt } = row;
  const now = impacts.filter(({ status }) => status !== "operational");
  const affected = now.length > 0 ? now : impacts.filter(({ wasAffected }) => wasAffected);
  return {
    components: affected.map(({ names }) => names),
    unaffected: impacts.filter(({ wasAffected }) => !wasAffected).map(({ names }) => names),
    startedAt,
    ...(recoveredAt === null ? {} : { recoveredAt, duration: recoveredAt.getTime() - startedAt.getTime() }),
  };
}
