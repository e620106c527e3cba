import type { Culprit } from "../../api/culprits.ts";
import type { Control } from "../../control/control.ts";
import { canonicalJson } from "../../std/canonical-json.ts";
import { rankCulprits } from "./rank-culprits.ts";
import { readCandidates } from "./read-candidates.ts";
import { readTrouble } from "./read-trouble.ts";

/** Culprits of an incident that are kept. */
const mostKept = 20;

/**
 * Ranks the culprits of an environment's open incidents anew, and keeps what is other than it was. Whether anything
 * was.
 */
export async function rankOpenIncidents(control: Control, environment: string): Promise<boolean> {
  const rows = await control.query<{ id: string }>(
    "select id from interlock_control.incidents where environment = $1::text and closed_at is null order by opened_at",
    [environment],
  );
  let isOther = false;
  for (const { id } of rows)
    isOther = (await rankIncident(control, { environment, incident: id })) || isOther;
  return isOther;
}

async function rankIncident(
  control: Control,
  { environment, incident }: { environment: string; incident: string },
): Promise<boolean> {
  const trouble = await readTrouble(control.query, incident);
  if (trouble === undefined) return false;
  const ranked = rankCulprits(trouble, await readCandidates(control.query, incident)).slice(0, mostKept);
  const known = await readCulprits(control.query, incident);
  if (canonicalJson(known) === canonicalJson(ranked)) return false;
  return control.transact(async ({ query, emit }) => {
    // One at a time: two leaders would write the same ranks.
    await query("select from interlock_control.incidents where id = $1::text for no key update", [incident]);
    if (canonicalJson(await readCulprits(query, incident)) === canonicalJson(ranked)) return false;
    await query("delete from interlock_control.incident_culprits where incident = $1::text", [incident]);
    for (const culprit of ranked) {
      await query(
        "insert into interlock_control.incident_culprits (incident, rank, culprit) values ($1::text, $2::integer, $3::jsonb)",
        [incident, culprit.rank, JSON.stringify(culprit)],
      );
    }
    const [first] = ranked;
    const detail = {
      first: first?.key ?? null,
      hasEvidence: first?.hasEvidence ?? false,
      count: ranked.length,
    };
    emit({ kind: "culprits-ranked", environment, subject: incident, detail });
    return true;
  });
}

/** As they were ranked last, the likeliest first. */
export async function readCulprits(query: Control["query"], incident: string): Promise<Culprit[]> {
  const rows = await query<{ culprit: Culprit }>(
    "select culprit from interlock_control.incident_culprits where incident = $1::text order by rank",
    [incident],
  );
  return rows.map(({ culprit }) => culprit);
}
