import type { Query } from "../environment/query.ts";
import type { Workload } from "../workload/workload.ts";
import type { WorkloadVersion } from "./versions.ts";

/** Statements of workloads by the hash of these, so that they are not read at every question. */
export class WorkloadTexts {
  readonly #kept = new Map<string, Promise<Workload["statements"] | undefined>>();
  readonly #most = 50;

  /** Undefined where the workload was replaced by another one meanwhile. */
  read(query: Query, { appVersion, sha256 }: WorkloadVersion): Promise<Workload["statements"] | undefined> {
    const known = this.#kept.get(sha256);
    if (known !== undefined) return known;
    const reading = query<{ workload: Workload }>(
      `select workload from interlock_control.workloads
        where app || '@' || version = $1::text and sha256 = $2::text`,
      [appVersion, sha256],
    ).then(([row]) => row?.workload.statements);
    this.#kept.set(sha256, reading);
    reading.then(
      (found) => found === undefined && this.#kept.delete(sha256),
      () => this.#kept.delete(sha256),
    );
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > this.#most && oldest !== undefined) this.#kept.delete(oldest);
    return reading;
  }
}
