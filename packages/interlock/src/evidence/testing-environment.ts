import { makeSealer, keyBytes } from "../access/sealer.ts";
import type { Caller } from "../access/caller.ts";
import { scopesOfRole } from "../api/access.ts";
import type { TestingControl } from "../control/testing-control.ts";
import { runWork } from "../control/run-work.ts";
import { addDatabase } from "../environment/add-database.ts";
import { addEnvironment } from "../environment/add-environment.ts";
import { sleep } from "../std/sleep.ts";
import type { Workload } from "../workload/workload.ts";
import { rehearsalWork } from "./rehearsal-worker.ts";
import { openEvidence, type EvidenceServices } from "./services.ts";

// For tests only: an environment with databases, and the 17 December change to push.

export const ada: Caller = {
  owner: "ada",
  token: "tok_of_ada",
  role: "admin",
  scopes: new Set(scopesOfRole.admin),
  environments: null,
};

export const sealer = makeSealer(new Uint8Array(keyBytes));

export const oldShape = `create table payments (id bigint primary key, is_paid boolean not null default false,
  is_refunded boolean not null default false, note text);`;

export const december = {
  title: "One status instead of two booleans",
  baseline: [{ path: "migrations/0001_payments.sql", text: oldShape }],
  files: [
    {
      path: "migrations/0002_status.sql",
      text: `alter table payments add column status text;
update payments set status = case when is_refunded then 'refunded' when is_paid then 'paid' else 'created' end;
alter table payments alter column status set not null;
-- interlock: down payments.is_paid = (status in ('paid', 'refunded'))
-- interlock: down payments.is_refunded = (status = 'refunded')
alter table payments drop column is_paid, drop column is_refunded;`,
    },
  ],
  appVersion: "payments@2.3.0",
};

export function workload(app: string, version: string, sqls: readonly string[]): Workload {
  const statements = sqls.map((sql, index) => ({ name: `s${String(index)}`, sql }));
  return { format: "interlock-workload/1", app, version, statements };
}

export const oldWorkload = workload("payments", "2.2.0", [
  "select is_paid, is_refunded from payments where id = $1",
  "insert into payments (id, is_paid) values ($1, $2)",
]);
export const newWorkload = workload("payments", "2.3.0", [
  "select status from payments where id = $1",
  "insert into payments (id, status) values ($1, $2)",
]);

/** An environment "production" with one database "main", which has no tables yet, looked at anew each time. Close the observer in the end. */
export async function openProduction(
  testing: TestingControl,
): Promise<EvidenceServices & { target: Awaited<ReturnType<TestingControl["target"]>> }> {
  const { control } = testing;
  const target = await testing.target();
  // As a person at a prompt, who is no app.
  await target.client.query("set application_name = 'psql'");
  await addEnvironment({ control }, { name: "production", caller: ada });
  const database = { name: "main", url: target.url, isCanary: false, connect: false };
  await addDatabase({ control, sealer }, { environment: "production", database, caller: ada });
  return { ...openEvidence({ control, sealer }, { freshMs: 0 }), target };
}

/** Runs a rehearsal worker until nothing waits to be rehearsed. */
export async function rehearseAll({ control }: Pick<TestingControl, "control">): Promise<void> {
  const until = new AbortController();
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const work = runWork([rehearsalWork({ control })], { signal: until.signal, log });
  try {
    for (;;) {
      const left = await control.query(
        "select from interlock_control.rehearsals where state in ('waiting', 'running')",
      );
      if (left.length === 0) return;
      await sleep(50);
    }
  } finally {
    until.abort();
    await work;
  }
}
