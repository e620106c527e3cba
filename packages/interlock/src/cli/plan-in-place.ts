import { createHash } from "node:crypto";
import type { ClientConfig } from "pg";
import { Failure } from "../std/failure.ts";
import { readMigrations } from "../migration/read.ts";
import { planChange } from "../plan/plan-change.ts";
import type { Plan } from "../plan/plan.ts";
import { connect } from "../database/connect.ts";
import { serverMajor } from "../database/server-major.ts";
import { isAtHand } from "../shadow/binaries.ts";
import { majors, type Major } from "../shadow/major.ts";
import { openShadow } from "../shadow/open-shadow.ts";
import { findPlan } from "../ship/find-plan.ts";
import { readWorkload } from "../workload/read.ts";
import { tellWaiting } from "./tell-waiting.ts";

export interface PlanInPlaceOptions {
  migrations: readonly string[];
  /** Paths of workload files. */
  old: readonly string[];
  new: readonly string[];
  baseline?: readonly string[];
  shadow?: string;
  connection: ClientConfig;
}

/**
 * The plan to ship for these migrations: the one that the database's journal has, if they were begun before,
 * else one made and proved now. Throws `Failure` "nothing-to-ship", "workloads-missing", and what `planChange` throws.
 */
export async function planInPlace(options: PlanInPlaceOptions): Promise<Plan> {
  const { migrations, connection } = options;
  if (migrations.length === 0) throw nothingToShip();
  const files = await readMigrations(migrations);
  const sha256 = files.map(({ text }) => createHash("sha256").update(text).digest("hex"));
  const begun = await findPlan({ connection, sha256 });
  if (begun !== undefined) return begun;
  if (options.old.length === 0) throw workloadsMissing();
  const [old, fresh] = await Promise.all(
    [options.old, options.new].map((paths) => Promise.all(paths.map(readWorkload))),
  );
  const shadow = await openShadow(
    options.shadow === undefined ? { major: await majorFor(connection) } : { url: options.shadow },
  );
  try {
    // It takes seconds, in which nothing has happened to the database yet.
    const { plan } = await tellWaiting("planning, and proving the plan on a throwaway PostgreSQL", () =>
      planChange({
        migrations,
        ...(options.baseline === undefined ? {} : { baseline: options.baseline }),
        old: old ?? [],
        new: fresh ?? [],
        shadow,
      }),
    );
    return plan;
  } finally {
    await shadow.close();
  }
}

/** A plan is proved on the version of PostgreSQL that it is for. */
async function majorFor(connection: ClientConfig): Promise<Major> {
  const client = await connect(connection);
  try {
    const found = await serverMajor(client);
    const major = majors.find((each) => each === found);
    if (major === undefined) throw postgresNotSupported(found);
    if (!(await isAtHand(major))) process.stderr.write(`Fetching PostgreSQL ${String(major)} (once) …\n`);
    return major;
  } finally {
    await client.end();
  }
}

function postgresNotSupported(found: number): Failure {
  return new Failure({
    code: "postgres-not-supported",
    message: `The database is PostgreSQL ${String(found)}, and a plan is proved on the version that it is for.`,
    why: `The versions that can be had by themselves are ${majors.join(", ")}.`,
    state: "Nothing was changed.",
    next: `Prove it on a server of your own of version ${String(found)}: --shadow URL.`,
  });
}

function nothingToShip(): Failure {
  return new Failure({
    code: "nothing-to-ship",
    message: "There is nothing to ship.",
    why: "Neither migration files nor --plan are given.",
    state: "Nothing was changed.",
    next: "Give the migration's files with --old and --new, or a plan with --plan FILE.",
  });
}

function workloadsMissing(): Failure {
  return new Failure({
    code: "workloads-missing",
    message: "A change is planned for the app versions that run now, and none is given.",
    why: "Without their statements nothing says what must go on working, nor whose sessions the contract phase has to wait for.",
    state: "Nothing was changed.",
    next: "Give their workload files with --old, and those of the version that comes with the change with --new.",
  });
}
