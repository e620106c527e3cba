import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { GateDecision, GateReason } from "../api/gate.ts";
import { readChangeFiles } from "./change-files.ts";
import { awaitsRehearsal } from "./gate.ts";
import { renderDecision } from "./render-decision.ts";

function decision(verdict: GateDecision["verdict"], reasons: GateReason[]): GateDecision {
  return {
    format: "interlock-gate/1",
    id: "dec_0123456789abcdef",
    environment: "production",
    request: { kind: "change", change: "chg_0123456789abcdef", to: "structure" },
    verdict,
    order: "split",
    reasons,
    at: "2026-11-24T12:00:00.000Z",
  };
}

function reason(code: GateReason["code"], effect: GateReason["effect"]): GateReason {
  return { code, effect, message: `About ${code}.`, next: "Do this." };
}

test("the verdict comes first, then each reason with what to do", () => {
  const text = renderDecision(
    decision("blocked", [reason("live-version-breaks", "blocks"), reason("block", "overridden")]),
    { colour: false },
  );
  expect(text).toBe(`BLOCKED  change:chg_0123456789abcdef to structure in production (order split)

  ✗ live-version-breaks  About live-version-breaks.
    next  Do this.
  ~ block  About block.
    next  Do this.

  decision  dec_0123456789abcdef, 2026-11-24T12:00:00.000Z
`);
});

test("it is asked again only while nothing but a rehearsal is awaited", () => {
  const running = reason("rehearsal-running", "unknown");
  expect(awaitsRehearsal(decision("unknown", [running, reason("release-running", "note")]))).toBe(true);
  expect(awaitsRehearsal(decision("unknown", [running, reason("workload-missing", "unknown")]))).toBe(false);
  expect(awaitsRehearsal(decision("blocked", [running, reason("block", "blocks")]))).toBe(false);
  expect(awaitsRehearsal(decision("go", []))).toBe(false);
});

test("a change has the same paths from wherever it is sent, and what stands before it is its baseline", async () => {
  const folder = await mkdtemp(join(tmpdir(), "interlock-change-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const migrations = join(folder, "db", "migrations");
  await mkdir(migrations, { recursive: true });
  for (const name of ["0001_a.sql", "0002_b.sql", "0003_c.sql"]) {
    await writeFile(join(migrations, name), `select '${name}';`);
  }
  const read = await readChangeFiles({ migrations: [join(migrations, "0003_c.sql")] });
  expect(read.files).toEqual([{ path: "0003_c.sql", text: "select '0003_c.sql';" }]);
  expect(read.baseline.map(({ path }) => path)).toEqual(["0001_a.sql", "0002_b.sql"]);
  const elsewhere = await readChangeFiles({
    migrations: [join(migrations, "0003_c.sql")],
    baseline: [join(folder, "db", "migrations", "0001_a.sql")],
  });
  expect(elsewhere.baseline.map(({ path }) => path)).toEqual(["0001_a.sql"]);
});
