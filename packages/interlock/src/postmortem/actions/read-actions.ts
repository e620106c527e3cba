import type { Control } from "../../control/control.ts";
import type { ShownAction } from "../facts.ts";
import { referenceOf, selectActions, type ActionRow } from "./action.ts";

/** The actions of an incident as its post-mortem shows them, in the order in which they were proposed. */
export async function readActions(
  query: Control["query"],
  { incident }: { incident: string },
): Promise<ShownAction[]> {
  const rows = await query<ActionRow>(
    `${selectActions} where a.incident = $1::text order by a.number limit 200`,
    [incident],
  );
  return rows.map((row) => ({
    reference: referenceOf(row),
    kind: row.kind,
    state: row.state,
    symptoms: row.symptoms,
    texts: row.texts,
    owner: row.owner,
    dueAt: row.due_at,
    isPublic: row.is_public,
    rule: row.rule_state === "in-force" && !row.rule_expired ? row.rule : null,
    expiresAt: row.rule_expires_at,
    refused: row.subjects,
  }));
}
