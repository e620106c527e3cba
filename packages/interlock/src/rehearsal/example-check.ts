import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { openShadow, type Shadow } from "../shadow/open-shadow.ts";
import type { Workload, WorkloadStatement } from "../workload/workload.ts";
import { check, type CheckOptions } from "./check.ts";
import type { CheckReport } from "./report/check-report.ts";
import type { Finding } from "./report/finding.ts";

const baseline = `
create table customers (id bigint generated always as identity primary key, email text not null unique);
create table orders (
  id uuid primary key default gen_random_uuid(),
  customer_id bigint not null references customers (id),
  amount_cents integer not null check (amount_cents between 1 and 500000),
  note text,
  code varchar(20),
  state text not null default 'open' check (state in ('open', 'done')),
  created_at timestamptz not null default now()
);`;

/** For tests only: checks changes of a small shop's schema, on one shadow for the whole file. */
export interface ExampleCheck {
  readonly shadow: Shadow;
  checked(change: string, options: Partial<CheckOptions> & { start?: string }): Promise<CheckReport>;
}

export function useExampleCheck(): ExampleCheck {
  let shadow: Shadow;
  let directory: string;
  beforeAll(async () => {
    shadow = await openShadow();
    directory = await mkdtemp(join(tmpdir(), "interlock-check-"));
  });
  afterAll(async () => {
    await shadow.close();
    await rm(directory, { recursive: true });
  });
  return {
    get shadow() {
      return shadow;
    },
    async checked(change, options) {
      const before = join(directory, "0001_before.sql");
      const after = join(directory, "0002_change.sql");
      await writeFile(before, options.start ?? baseline);
      await writeFile(after, change);
      return check({ migrations: [after], shadow, ...options });
    },
  };
}

/** The workload of the shop: its statements by name. */
export function workload(
  statements: Record<string, string | Omit<WorkloadStatement, "name">>,
  version = "1.0.0",
): Workload {
  return {
    format: "interlock-workload/1",
    app: "shop",
    version,
    statements: Object.entries(statements).map(([name, one]) =>
      typeof one === "string" ? { name, sql: one } : { name, ...one },
    ),
  };
}

const traffic: ReadonlySet<Finding["code"]> = new Set(["blocks-traffic", "rewrites-table", "scans-table"]);

/** Findings of what fits and what does not, without their words. */
export function brief({ findings }: CheckReport): Partial<Finding>[] {
  const fits = findings.filter(({ code }) => !traffic.has(code));
  return fits.map(({ code, severity, statement, line, sqlstate, when }) => ({
    code,
    severity,
    when,
    ...(statement === undefined ? {} : { statement }),
    ...(line === undefined ? {} : { line }),
    ...(sqlstate === undefined ? {} : { sqlstate }),
  }));
}

export const insert = "insert into orders (customer_id, amount_cents, note) values ($1, $2, $3)";
export const read = "select id, amount_cents, note from orders where id = $1";
