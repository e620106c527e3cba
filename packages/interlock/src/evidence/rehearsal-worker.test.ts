import { beforeEach, describe, expect, test } from "vitest";
import { useControl } from "../control/testing-control.ts";
import { runWork } from "../control/run-work.ts";
import { sleep } from "../std/sleep.ts";
import { askRehearsal, type AskedRehearsal } from "./ask-rehearsal.ts";
import { pushChange } from "./push-change.ts";
import { pushWorkload } from "./push-workload.ts";
import { endRehearsal, reviveRehearsals, takeRehearsal } from "./rehearsal-queue.ts";
import { rehearsalWork } from "./rehearsal-worker.ts";
import { ada, december, newWorkload, oldWorkload, rehearseAll, workload } from "./testing-environment.ts";

const testing = useControl();
let change: string;
let old: { appVersion: string; sha256: string };

beforeEach(async () => {
  ({ id: change } = await pushChange(testing, { change: december, caller: ada }));
  const push = async (one: typeof oldWorkload): Promise<string> => {
    const pushed = await pushWorkload(testing, {
      app: one.app,
      version: one.version,
      workload: one,
      caller: ada,
    });
    return pushed.sha256;
  };
  old = { appVersion: "payments@2.2.0", sha256: await push(oldWorkload) };
  await push(newWorkload);
});

function ask(versions = { old: [old], new: [] as (typeof old)[] }, again = false): Promise<AskedRehearsal> {
  return askRehearsal(testing.control.query, { change, versions, again });
}

async function row(
  id: string,
): Promise<{ state: string; attempts: number; worker: string | null; failure: { code: string } | null }> {
  const [found] = await testing.control.query<Awaited<ReturnType<typeof row>>>(
    "select state, attempts, worker, failure from interlock_control.rehearsals where id = $1::text",
    [id],
  );
  if (found === undefined) throw new Error("it was asked for");
  return found;
}

describe("asking", () => {
  test("many times, in whatever order versions are named, asks once", async () => {
    const other = { appVersion: "ledger@1", sha256: "x" };
    const all = await Promise.all([
      ask({ old: [old, other], new: [] }),
      ask({ old: [other, old], new: [] }),
      ask({ old: [old, other], new: [] }),
    ]);
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
  });

  test("with other workloads or in other parts asks anew", async () => {
    const first = await ask();
    const other = await ask({ old: [{ ...old, sha256: "another" }], new: [] });
    const swapped = await ask({ old: [], new: [old] });
    expect(new Set([first.id, other.id, swapped.id]).size).toBe(3);
  });
});

describe("a worker", () => {
  test("takes what waits, each taken once by whoever is first", async () => {
    const { id } = await ask();
    const taken = await Promise.all(["a", "b", "c"].map((worker) => takeRehearsal(testing.control, worker)));
    expect(taken.filter((one) => one?.id === id)).toHaveLength(1);
    expect(taken.filter((one) => one === undefined)).toHaveLength(2);
  });

  test("that died is followed by another, three times; then it is given up, until it is asked for again", async () => {
    const { id } = await ask();
    for (const attempts of [1, 2, 3]) {
      await takeRehearsal(testing.control, `dead ${String(attempts)}`);
      await reviveRehearsals(testing.control);
      expect(await row(id)).toMatchObject({ attempts, state: attempts < 3 ? "waiting" : "failed" });
    }
    expect((await row(id)).failure?.code).toBe("rehearsal-crashed");
    expect((await ask()).state).toBe("failed");
    expect((await ask(undefined, true)).state).toBe("waiting");
    expect((await row(id)).attempts).toBe(0);
  });

  test("that lives keeps what it has", async () => {
    const until = new AbortController();
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const work = runWork([rehearsalWork(testing)], { signal: until.signal, log });
    const { id } = await ask();
    while ((await row(id)).state === "waiting") await sleep(20);
    await reviveRehearsals(testing.control);
    expect((await row(id)).state).not.toBe("waiting");
    until.abort();
    await work;
  });

  test("that is stopped gives back what it has", async () => {
    const until = new AbortController();
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const work = runWork([rehearsalWork(testing)], { signal: until.signal, log });
    const { id } = await ask();
    while ((await row(id)).state === "waiting") await sleep(20);
    until.abort();
    await work;
    expect(["waiting", "done"]).toContain((await row(id)).state);
  });

  test("that was taken for dead does not write over what another does", async () => {
    const { id } = await ask();
    await takeRehearsal(testing.control, "slow");
    await reviveRehearsals(testing.control);
    await takeRehearsal(testing.control, "other");
    const failure = { code: "x", message: "too late" };
    await endRehearsal(testing.control, { id, change, worker: "slow", reply: { failure } });
    expect(await row(id)).toMatchObject({ state: "running", worker: "other", failure: null });
  });

  test("does not rehearse with a workload that was replaced; put back, it does", async () => {
    const { id } = await ask();
    const other = workload("payments", "2.2.0", ["select id from payments"]);
    const { app, version } = other;
    await pushWorkload(testing, { app, version, workload: other, caller: ada });
    await rehearseAll(testing);
    expect(await row(id)).toMatchObject({ state: "failed", failure: { code: "workload-replaced" } });
    await pushWorkload(testing, { app, version, workload: oldWorkload, caller: ada });
    expect(await ask()).toEqual({ id, state: "waiting" });
    await rehearseAll(testing);
    expect((await row(id)).state).toBe("done");
  });
});

describe("what comes out", () => {
  test("of a baseline that does not apply is a failure that says where", async () => {
    const pushed = await pushChange(testing, {
      change: {
        files: [{ path: "2.sql", text: "select 1;" }],
        baseline: [{ path: "1.sql", text: "create table a (id int);\nselect * from nothing;" }],
      },
      caller: ada,
    });
    const { id } = await askRehearsal(testing.control.query, {
      change: pushed.id,
      versions: { old: [], new: [] },
    });
    await rehearseAll(testing);
    expect(await row(id)).toMatchObject({ state: "failed", failure: { code: "migration-does-not-apply" } });
  });

  test("of a change that does not apply is an answer: nothing is known of it, and no plan", async () => {
    const pushed = await pushChange(testing, {
      change: { ...december, files: [{ path: "2.sql", text: "alter table nothing add column a int;" }] },
      caller: ada,
    });
    const { id } = await askRehearsal(testing.control.query, {
      change: pushed.id,
      versions: { old: [old], new: [] },
    });
    await rehearseAll(testing);
    const [found] = await testing.control.query(
      `select state, report ->> 'verdict' as verdict, refusal ->> 'code' as refusal, catalogs, plan
         from interlock_control.rehearsals where id = $1::text`,
      [id],
    );
    expect(found).toEqual({
      state: "done",
      verdict: "unknown",
      refusal: "migration-does-not-apply",
      catalogs: null,
      plan: null,
    });
  });

  test("of SQL that would take more than its share, or files, harms nobody", async () => {
    const text = "copy (select 1) to program 'touch /tmp/interlock-was-here';";
    const pushed = await pushChange(testing, {
      change: { files: [{ path: "1.sql", text }], baseline: [] },
      caller: ada,
    });
    const { id } = await askRehearsal(testing.control.query, {
      change: pushed.id,
      versions: { old: [], new: [] },
    });
    await rehearseAll(testing);
    const [found] = await testing.control.query(
      "select state, report -> 'findings' -> 0 ->> 'sqlstate' as sqlstate from interlock_control.rehearsals where id = $1::text",
      [id],
    );
    expect(found).toEqual({ state: "done", sqlstate: "42501" });
  });
});
