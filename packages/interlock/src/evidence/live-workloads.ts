import { liveVersions } from "../environment/live-versions.ts";
import { appVersion, type Workload } from "../workload/workload.ts";
import type { Query } from "../environment/query.ts";
import { readBaseRows } from "./base-rows.ts";

/**
 * The workloads of an environment's live versions, from what the control database has: who was seen is at most as
 * old as the last look. As long as a workload is not replaced, its object stays the same. A version whose workload
 * was not pushed is not among them.
 */
export class LiveWorkloads {
  readonly #kept = new Map<string, Workload>();

  /** Throws `Failure` "not-found". */
  async read(query: Query, environment: string): Promise<Workload[]> {
    const [clock] = await query<{ at: Date }>("select clock_timestamp() as at");
    const at = clock?.at ?? new Date();
    const base = await readBaseRows(query, { environment, at });
    const { releases, sightings: seen, tools, longVersions: known, graceMs } = base;
    const { versions } = liveVersions({ releases, seen, tools, known, graceMs, at });
    const names = versions.map((version) => version.appVersion);
    const stored = await query<{ name: string; sha256: string }>(
      `select app || '@' || version as name, sha256 from interlock_control.workloads
        where app || '@' || version = any($1::text[]) order by 1`,
      [names],
    );
    const found: Workload[] = [];
    for (const { name, sha256 } of stored) {
      const key = `${name} ${sha256}`;
      const workload = this.#kept.get(key) ?? (await this.#load(query, { name, key }));
      if (workload !== undefined) found.push(workload);
    }
    return found;
  }

  async #load(query: Query, { name, key }: { name: string; key: string }): Promise<Workload | undefined> {
    const [row] = await query<{ workload: Workload; sha256: string }>(
      "select workload, sha256 from interlock_control.workloads where app || '@' || version = $1::text",
      [name],
    );
    if (row === undefined || `${name} ${row.sha256}` !== key) return undefined;
    this.#kept.set(key, row.workload);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
    if (appVersion(row.workload) !== name) throw new Error(`the workload stored as ${name} is another one's`);
    return row.workload;
  }
}

const mostKept = 200;
