import type { ChangeDetail, ChangeFile, RehearsalDetail, RehearsalSummary } from "../api/changes.ts";
import type { Query } from "../environment/query.ts";
import { Failure } from "../std/failure.ts";
import { changeColumns, changeOf, type ChangeRow } from "./change.ts";
import { changeNotFound } from "./find-change.ts";
import type { WorkloadVersion } from "./versions.ts";

interface RehearsalRow {
  id: string;
  change: string;
  old_versions: WorkloadVersion[];
  new_versions: WorkloadVersion[];
  state: RehearsalSummary["state"];
  asked_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
  report: Record<string, unknown> | null;
  plan: Record<string, unknown> | null;
  proof: Record<string, unknown> | null;
  refusal: Record<string, unknown> | null;
  failure: Record<string, unknown> | null;
}

const rehearsalColumns =
  "id, change, old_versions, new_versions, state, asked_at, started_at, ended_at, report, plan, proof, refusal, failure";

/** How many rehearsals of a change are shown whole. */
const mostShown = 10;

/** A change with its files and its last rehearsals, the newest first. Throws `Failure` "not-found". */
export async function readChange(query: Query, change: string): Promise<ChangeDetail> {
  const [row] = await query<ChangeRow & { files: ChangeFile[] }>(
    `select ${changeColumns}, files from interlock_control.changes where id = $1::text`,
    [change],
  );
  if (row === undefined) throw changeNotFound(change);
  const rehearsals = await query<RehearsalRow>(
    `select ${rehearsalColumns} from interlock_control.rehearsals where change = $1::text
      order by asked_at desc, id limit $2::integer`,
    [change, mostShown],
  );
  return { ...changeOf(row), texts: row.files, rehearsals: rehearsals.map(detailOf) };
}

/** One rehearsal. Throws `Failure` "not-found". */
export async function readRehearsal(
  query: Query,
  { change, rehearsal }: { change: string; rehearsal: string },
): Promise<RehearsalDetail> {
  const [row] = await query<RehearsalRow>(
    `select ${rehearsalColumns} from interlock_control.rehearsals where change = $1::text and id = $2::text`,
    [change, rehearsal],
  );
  if (row !== undefined) return detailOf(row);
  throw new Failure({
    code: "not-found",
    message: `The change ${change} has no rehearsal ${rehearsal}.`,
    state: "Nothing was changed.",
    next: `See which it has: interlock change show ${change}`,
  });
}

function detailOf(row: RehearsalRow): RehearsalDetail {
  const { report, plan, proof } = row;
  return {
    id: row.id,
    change: row.change,
    old: row.old_versions,
    new: row.new_versions,
    state: row.state,
    askedAt: row.asked_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
    verdict: textAt(report, "verdict"),
    order: textAt(report, "order"),
    planned: plan !== null,
    refusal: row.refusal,
    failure: row.failure,
    report,
    plan,
    proof,
  };
}

function textAt(value: Record<string, unknown> | null, key: string): string | null {
  const found = value?.[key];
  return typeof found === "string" ? found : null;
}
