import type { Control } from "../control/control.ts";
import { storable } from "../control/storable.ts";
import type { FailureFacts } from "../std/failure.ts";
import type { RehearsalInput, RehearsalReply, RehearsalResult } from "./rehearsal-result.ts";
import type { WorkloadVersion } from "./versions.ts";

/** How often a rehearsal is begun; a third worker that dies over it is the last. */
const mostAttempts = 3;

/** The first half of the lock by which a worker shows that it lives: the letters "rehe" as a number. */
export const workerLock = 1_919_248_485;

export interface TakenRehearsal {
  id: string;
  change: string;
  old_versions: WorkloadVersion[];
  new_versions: WorkloadVersion[];
}

/** Puts back what workers had that are gone, and gives up what three of them were lost over. */
export async function reviveRehearsals({ query }: Pick<Control, "query">): Promise<void> {
  await query(
    `update interlock_control.rehearsals r
        set state = case when attempts >= $1::integer then 'failed' else 'waiting' end, worker = null,
            ended_at = case when attempts >= $1::integer then clock_timestamp() end,
            failure = case when attempts >= $1::integer then $2::jsonb end
      where state = 'running'
        and not exists (
          select from pg_catalog.pg_locks l
           where l.locktype = 'advisory' and l.granted and l.objsubid = 2
             and l.database = (select oid from pg_catalog.pg_database where datname = current_database())
             and l.classid = $3::bigint::oid
             and l.objid = (pg_catalog.hashtext(r.worker)::bigint & 4294967295)::oid)`,
    [mostAttempts, JSON.stringify(lost), workerLock],
  );
}

const lost: FailureFacts = {
  code: "rehearsal-crashed",
  message: "The server that rehearsed it ended before it had an answer, three times.",
  state: "It ran on a throwaway database only; nothing else was changed.",
  next: "See the servers' logs and that their machines have memory; then ask for it again: interlock change rehearse.",
};

/** Takes the rehearsal that waits longest; undefined when none does, or others are at it. */
export async function takeRehearsal(control: Control, worker: string): Promise<TakenRehearsal | undefined> {
  return control.transact(async ({ query, emit }) => {
    const [taken] = await query<TakenRehearsal>(
      `update interlock_control.rehearsals
          set state = 'running', started_at = clock_timestamp(), worker = $1::text, attempts = attempts + 1
        where id = (select id from interlock_control.rehearsals where state = 'waiting'
                     order by asked_at limit 1 for update skip locked)
       returning id, change, old_versions, new_versions`,
      [worker],
    );
    if (taken !== undefined) {
      const { id: subject, change } = taken;
      emit({ kind: "rehearsal-started", subject, detail: { change } });
    }
    return taken;
  });
}

/**
 * All that a rehearsal is made from. Undefined where a workload is no longer the one that it was asked for with: what
 * it would show would count for nothing.
 */
export async function readRehearsalInput(
  { query }: Pick<Control, "query">,
  { change, old_versions: old, new_versions: coming }: TakenRehearsal,
): Promise<Omit<RehearsalInput, "keepShadowMs"> | undefined> {
  const [row] = await query<Pick<RehearsalInput, "files" | "baseline">>(
    "select files, baseline from interlock_control.changes where id = $1::text",
    [change],
  );
  if (row === undefined) throw new Error("a change is never removed");
  const workloads = await query<{
    sha256: string;
    app_version: string;
    workload: RehearsalInput["old"][number];
  }>(
    `select sha256, app || '@' || version as app_version, workload from interlock_control.workloads
      where app || '@' || version = any($1::text[])`,
    [[...old, ...coming].map(({ appVersion }) => appVersion)],
  );
  const find = (versions: readonly WorkloadVersion[]): RehearsalInput["old"] =>
    versions.flatMap(({ appVersion, sha256 }) =>
      workloads
        .filter((stored) => stored.app_version === appVersion && stored.sha256 === sha256)
        .map(({ workload }) => workload),
    );
  const found = { old: find(old), new: find(coming) };
  if (found.old.length + found.new.length < old.length + coming.length) return undefined;
  return { ...row, ...found };
}

/** Writes down what came out, if the rehearsal is still this worker's. */
export async function endRehearsal(
  control: Control,
  { id, change, worker, reply }: { id: string; change: string; worker: string; reply: RehearsalReply },
): Promise<void> {
  await control.transact(async ({ query, emit }) => {
    const isDone = "result" in reply;
    const result: Partial<RehearsalResult> = isDone ? reply.result : {};
    const values = [
      result.report,
      result.plan,
      result.proof,
      result.refusal,
      isDone ? null : reply.failure,
      result.catalogs,
    ];
    const ended = await query(
      `update interlock_control.rehearsals
          set state = $3::text, ended_at = clock_timestamp(), report = $4::jsonb, plan = $5::jsonb, proof = $6::jsonb,
              refusal = $7::jsonb, failure = $8::jsonb, catalogs = $9::jsonb
        where id = $1::text and state = 'running' and worker = $2::text returning id`,
      [id, worker, isDone ? "done" : "failed", ...values.map(asJson)],
    );
    if (ended.length === 0) return;
    const outcome = isDone ? { order: reply.result.report.order } : { code: reply.failure.code };
    emit({
      kind: isDone ? "rehearsal-done" : "rehearsal-failed",
      subject: id,
      detail: { change, ...outcome },
    });
  });
}

function asJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(storable(value));
}

/** Gives one back that could not be rehearsed for a reason of this server. */
export async function releaseRehearsal(
  { query }: Pick<Control, "query">,
  { id, worker }: { id: string; worker: string },
): Promise<void> {
  await query(
    `update interlock_control.rehearsals set state = 'waiting', worker = null, attempts = greatest(attempts - 1, 0)
      where id = $1::text and state = 'running' and worker = $2::text`,
    [id, worker],
  );
}

/** Has one tried again whose process broke; false when it was tried often enough. */
export async function putBack(
  { query }: Pick<Control, "query">,
  { id, worker }: { id: string; worker: string },
): Promise<boolean> {
  const back = await query(
    `update interlock_control.rehearsals set state = 'waiting', worker = null
      where id = $1::text and state = 'running' and worker = $2::text and attempts < $3::integer returning id`,
    [id, worker, mostAttempts],
  );
  return back.length > 0;
}
