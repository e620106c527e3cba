import type { Query } from "../environment/query.ts";
import { digestOfPhases } from "../environment/journal-view.ts";
import type { FailureFacts } from "../std/failure.ts";
import type { ChangeFact, FitFact } from "./facts.ts";
import { fitsOf, type ShownByRehearsal } from "./fits.ts";
import type { StructureChange } from "./rehearsal-result.ts";

/** What a rehearsal that is done has shown, as far as decisions use it. */
export interface RehearsalDetail {
  fits: FitFact[];
  order: ChangeFact["order"];
  planned: boolean;
  refusal: ChangeFact["refusal"];
  /** What the plan does, to be held against the one that a database is in the middle of; null without plan. */
  phases: string | null;
  /** Tables that the change writes anew. */
  rewrites: string[];
  structure: StructureChange | null;
}

interface DetailRow {
  id: string;
  workloads: ShownByRehearsal["workloads"] | null;
  order: ChangeFact["order"];
  rewrites: string[];
  plan: { old: string[]; new: string[]; phases: unknown } | null;
  unexercised: string[] | null;
  refusal: FailureFacts | null;
  catalogs: StructureChange | null;
}

/** How many are kept; what is not is read again. */
const mostKept = 500;

/** Keeps what was read: a rehearsal that is done never changes. */
export class RehearsalDetails {
  readonly #kept = new Map<string, RehearsalDetail>();

  /** Of rehearsals that are done, by their ids. */
  async read(query: Query, ids: readonly string[]): Promise<Map<string, RehearsalDetail>> {
    const missing = ids.filter((id) => !this.#kept.has(id));
    if (missing.length > 0) {
      const rows = await query<DetailRow>(
        `select id, report -> 'workloads' as workloads, report ->> 'order' as order,
                array(select distinct jsonb_path_query(report, '$.files[*].steps[*].rewrites[*]') #>> '{}') as rewrites,
                jsonb_build_object('old', plan -> 'old', 'new', plan -> 'new', 'phases', plan -> 'phases') as plan,
                proof -> 'unexercisedWrites' as unexercised, refusal, catalogs
           from interlock_control.rehearsals where id = any($1::text[]) and state = 'done'`,
        [missing],
      );
      for (const row of rows) this.#kept.set(row.id, detailOf(row));
    }
    const found = new Map(
      ids.flatMap((id) => {
        const detail = this.#kept.get(id);
        return detail === undefined ? [] : [[id, detail] as const];
      }),
    );
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= mostKept) break;
      this.#kept.delete(oldest);
    }
    return found;
  }
}

function detailOf({
  id,
  workloads,
  order,
  rewrites,
  plan,
  unexercised,
  refusal,
  catalogs,
}: DetailRow): RehearsalDetail {
  const isPlanned = plan !== null && Array.isArray(plan.old);
  const planned = isPlanned ? plan : null;
  // Without the proof's word on it nothing is known of what could not be exercised.
  const proof = unexercised === null ? null : { unexercisedWrites: unexercised };
  return {
    fits: fitsOf({ id, workloads: workloads ?? [], plan: planned, proof }),
    order,
    planned: isPlanned,
    refusal:
      refusal === null ? null : { code: refusal.code, message: refusal.message, next: refusal.next ?? "" },
    phases: planned === null ? null : digestOfPhases(planned.phases),
    rewrites: rewrites.toSorted(),
    structure: catalogs,
  };
}
