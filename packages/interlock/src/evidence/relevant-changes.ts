import type { Query } from "../environment/query.ts";
import type { Touches } from "./facts.ts";
import type { WorkloadVersion } from "./versions.ts";

/** A rehearsal as far as it says whether it is the one that is wanted. */
export interface KnownRehearsal {
  id: string;
  state: "waiting" | "running" | "done" | "failed";
  old: WorkloadVersion[];
  new: WorkloadVersion[];
  key: string;
  /** Whether the workloads are still the ones that are stored: else it shows nothing of the versions. */
  isValid: boolean;
}

export interface KnownChange {
  id: string;
  title: string;
  author: string;
  appVersion: string | null;
  touches: Touches;
  closedAs: "shipped" | "abandoned" | null;
  digests: string[];
  /** Whether it was handed in, or shipped here, after the version that is asked about was first released here. */
  cameLater: boolean;
  /** The newest first. */
  rehearsals: KnownRehearsal[];
}

export interface WantedChanges {
  environment: string;
  /** Asked about, or being shipped: these whatever they are. */
  ids: readonly string[];
  /** Live versions and the one that is asked about. */
  versions: readonly string[];
  /** SHA-256 of the files of changes that a target's journal has open, joined by commas. */
  underWay: readonly string[];
  /** The version that is asked about: changes of its app that are open say what it may stand on. */
  candidate: { app: string; version: string } | null;
}

/**
 * The changes that say something about what is live or asked about: named by id, under way in a target, rehearsed with
 * one of these versions, or brought by one; and those that came after the version that is asked about had been released,
 * which it can't have been made for. What was abandoned says nothing more, unless it is named or under way.
 */
export async function readRelevantChanges(
  query: Query,
  { environment, ids, versions, underWay, candidate }: WantedChanges,
): Promise<KnownChange[]> {
  const { app = null, version = null } = candidate ?? {};
  return query<KnownChange>(readSql, [[...ids], [...versions], [...underWay], app, environment, version]);
}

const readSql = `with first_release as (
  select min(started_at) as at from interlock_control.releases
   where environment = $5::text and app = $4::text and version = $6::text and state <> 'cancelled'
), later as (
  select c.id from interlock_control.changes c, first_release f
   where c.closed_as is distinct from 'abandoned'
     and (exists (select from interlock_control.shipments s
                   where s.change = c.id and s.environment = $5::text and s.state = 'done' and s.ended_at > f.at)
          or (c.app = $4::text and c.closed_as is null and c.created_at > f.at))
), wanted as (
  select id from interlock_control.changes
   where id = any($1::text[]) or array_to_string(digests, ',') = any($3::text[])
      or (closed_as is null and app = $4::text)
      or (closed_as is distinct from 'abandoned' and app || '@' || version = any($2::text[]))
  union
  select r.change from interlock_control.rehearsals r join interlock_control.changes c on c.id = r.change
   where r.state = 'done' and c.closed_as is distinct from 'abandoned'
     and exists (select from jsonb_array_elements(r.old_versions || r.new_versions) as one
                  where one ->> 'appVersion' = any($2::text[]))
  union
  select id from later
)
select c.id, c.title, c.created_by as author, c.app || '@' || c.version as "appVersion", c.touches,
       c.closed_as as "closedAs", c.digests, c.id in (select id from later) as "cameLater",
       (select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'state', r.state, 'old', r.old_versions,
                 'new', r.new_versions, 'key', r.key, 'isValid',
                 not exists (select from jsonb_array_elements(r.old_versions || r.new_versions) as one
                              where not exists (select from interlock_control.workloads w
                                                 where w.app = split_part(one ->> 'appVersion', '@', 1)
                                                   and w.version = split_part(one ->> 'appVersion', '@', 2)
                                                   and w.sha256 = one ->> 'sha256')))
               order by r.asked_at desc, r.id), '[]'::jsonb)
          from interlock_control.rehearsals r where r.change = c.id) as rehearsals
  from interlock_control.changes c join wanted using (id) order by c.created_at, c.id`;
