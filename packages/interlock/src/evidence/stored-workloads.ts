import type { Query } from "../environment/query.ts";
import type { KnownChange } from "./relevant-changes.ts";
import type { WorkloadVersion } from "./versions.ts";

/** The hashes of the workloads that are stored, by app version. */
export async function readWorkloads(
  query: Query,
  { names, known }: { names: readonly string[]; known: readonly string[] },
): Promise<Map<string, string>> {
  const split = [...new Set([...names, ...known])].flatMap((name) => {
    const at = name.indexOf("@");
    return at < 1 ? [] : [{ app: name.slice(0, at), version: name.slice(at + 1) }];
  });
  const rows = await query<{ name: string; sha256: string }>(
    `select w.app || '@' || w.version as name, w.sha256 from interlock_control.workloads w
       join jsonb_to_recordset($1::jsonb) as one (app text, version text) using (app, version)`,
    [JSON.stringify(split)],
  );
  return new Map(rows.map(({ name, sha256 }) => [name, sha256]));
}

/** Those of the versions that changes bring: they may be neither live nor asked about. */
export async function ownWorkloads(
  query: Query,
  { changes, stored }: { changes: readonly KnownChange[]; stored: ReadonlyMap<string, string> },
): Promise<Map<string, WorkloadVersion>> {
  const names = changes.flatMap(({ appVersion }) => appVersion ?? []);
  const missing = names.filter((name) => !stored.has(name));
  const more =
    missing.length === 0
      ? new Map<string, string>()
      : await readWorkloads(query, { names: missing, known: [] });
  return new Map(
    names.flatMap((appVersion) => {
      const sha256 = stored.get(appVersion) ?? more.get(appVersion);
      return sha256 === undefined ? [] : [[appVersion, { appVersion, sha256 }] as const];
    }),
  );
}

/** Of these versions those whose workload is stored. */
export function storedOf(names: readonly string[], stored: ReadonlyMap<string, string>): WorkloadVersion[] {
  return names.flatMap((appVersion) => {
    const sha256 = stored.get(appVersion);
    return sha256 === undefined ? [] : [{ appVersion, sha256 }];
  });
}
