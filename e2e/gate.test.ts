import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GateDecision } from "../packages/interlock/src/api/gate.ts";
import { interlock, type Ran } from "./serve.ts";
import { baseline, migration, openShop, type Shop } from "./shop.ts";

// 17 December, with somebody to ask: the real change, its real statements, a server and a database, by hand.

let shop: Shop;
let old: Client[];
let fresh: Client[];
let change: string;
let shipment: string;

beforeAll(async () => {
  shop = await openShop();
  old = [await shop.connect("payments@2.2.0"), await shop.connect("payments@2.2.0")];
  fresh = [await shop.connect("terminals@1.0.0")];
  for (const version of ["payments@2.2.0", "terminals@1.0.0"]) {
    for (const verb of ["start", "finish"]) {
      const { code, stderr } = await run("release", verb, version, "--env", "production");
      if (code !== 0) throw new Error(stderr);
    }
  }
});
afterAll(async () => {
  for (const client of [...(old ?? []), ...(fresh ?? [])]) await client.end();
  await shop.stop();
});

async function run(...given: string[]): Promise<Ran> {
  return interlock(shop.server, given);
}

/** Asks the gate by command, and gives back what it decided with how the command ended. */
async function gate(...given: string[]): Promise<{ code: number; decision: GateDecision; codes: string[] }> {
  const { code, stdout, stderr } = await run(
    "gate",
    "--env",
    "production",
    "--wait",
    "2m",
    "--json",
    ...given,
  );
  if (stdout === "") throw new Error(stderr);
  const decision = JSON.parse(stdout) as GateDecision;
  const against = decision.reasons.filter(({ effect }) => effect === "blocks" || effect === "unknown");
  return { code, decision, codes: [...new Set(against.map((reason) => reason.code))] };
}

const asked = ["--migration", migration, "--baseline", baseline, "--app", "payments@2.3.0"];

describe("17 December through the gate", () => {
  test("structure alone is blocked: neither half may go alone", async () => {
    const { code, decision, codes } = await gate(...asked, "--to", "structure");
    expect({ code, verdict: decision.verdict, order: decision.order }).toEqual({
      code: 1,
      verdict: "blocked",
      order: "split",
    });
    expect(codes).toContain("live-version-breaks");
    for (const { next } of decision.reasons) expect(next).not.toBe("");
    if (decision.request.kind !== "change") throw new Error("a change was asked about");
    change = decision.request.change;
    const kept = await shop.ask("GET", `/decisions/${decision.id}`);
    expect(kept).toMatchObject({ status: 200 });
  });

  test("so is the application before the structure", async () => {
    const { code, codes } = await gate("--release", "payments@2.3.0");
    expect([code, codes]).toEqual([1, ["version-breaks"]]);
    const started = await run("release", "start", "payments@2.3.0", "--env", "production");
    expect(started.code).toBe(1);
    expect(started.stdout + started.stderr).toContain("version-breaks");
  });

  test("contract before expand is blocked", async () => {
    expect((await gate("--change", change, "--to", "contract")).code).toBe(1);
  });

  test("expand is let through, and shipped by the server", async () => {
    const { code, decision } = await gate("--change", change, "--to", "expand");
    expect([code, decision.verdict]).toEqual([0, "go"]);
    const shipped = await run(
      "shipment",
      "start",
      change,
      "--env",
      "production",
      "--to",
      "expand",
      "--follow",
      "--json",
    );
    expect(shipped).toMatchObject({ code: 0 });
    const { shipment: id, state } = JSON.parse(shipped.stdout) as { shipment: string; state: string };
    expect(state).toBe("ready");
    shipment = id;
  });

  test("then the new version may go out beside the old one", async () => {
    expect(await run("release", "start", "payments@2.3.0", "--env", "production")).toMatchObject({ code: 0 });
    fresh.push(await shop.connect("payments@2.3.0"));
    // Asked again by a pipeline that was restarted: the same release.
    expect(await run("release", "start", "payments@2.3.0", "--env", "production")).toMatchObject({ code: 0 });
  });

  test("contract waits for the release to end, and for the old version's sessions", async () => {
    const running = await gate("--change", change, "--to", "contract");
    expect(running.code).toBe(1);
    expect(running.codes).toContain("version-still-live");
    expect(await run("release", "finish", "payments@2.3.0", "--env", "production")).toMatchObject({
      code: 0,
    });
    const { code, codes, decision } = await gate("--change", change, "--to", "contract");
    expect([code, codes]).toEqual([1, ["version-still-live"]]);
    expect(decision.reasons.map(({ appVersion }) => appVersion)).toContain("payments@2.2.0");
    const early = await run("shipment", "resume", shipment, "--to", "contract", "--json");
    expect(early.stderr).not.toContain("fault");
    const { rows } = await (await shopSession()).query("select is_paid, status from payments limit 1");
    expect(rows).toEqual([]);
  });

  test("when they are gone contract goes, and the change is closed", async () => {
    for (const client of old) await client.end();
    old = [];
    await expect
      .poll(
        async () => {
          await shop.forgetSightings();
          return (await gate("--change", change, "--to", "contract")).codes;
        },
        { timeout: 30_000, interval: 500 },
      )
      .not.toContain("version-still-live");
    const followed = await run("shipment", "follow", shipment, "--wait", "2", "--json");
    expect(followed).toMatchObject({ code: 0 });
    expect(JSON.parse(followed.stdout)).toMatchObject({ state: "done" });
    expect(await shop.ask("GET", `/changes/${change}`)).toMatchObject({ body: { closedAs: "shipped" } });
    await expect((await shopSession()).query("select is_paid from payments")).rejects.toThrow("is_paid");
  });

  test("the old version may not come back", async () => {
    const { code, codes } = await gate("--release", "payments@2.2.0");
    expect(code).toBe(1);
    expect(codes).toContain("version-breaks");
    expect(await run("release", "start", "payments@2.2.0", "--env", "production")).toMatchObject({ code: 1 });
  });

  test("all of it is in the audit log, and the log is whole", async () => {
    expect(await run("audit", "verify")).toMatchObject({ code: 0 });
  });
});

describe("somebody who does not ask", () => {
  const byHand = "alter table payments rename column status to state";

  test("is refused by a guarded database, and told what to do", async () => {
    const [target] = shop.targets;
    expect(await run("guard", "enable", "--database", target?.url ?? "")).toMatchObject({ code: 0 });
    const psql = await shopSession();
    await expect(psql.query(byHand)).rejects.toThrow(/Interlock/);
    const refused = await psql.query(byHand).catch((error: unknown) => error as { hint?: string });
    expect(refused).toMatchObject({ hint: expect.stringContaining("interlock") as string });
    // The tables still have what the running version needs.
    await psql.query("select status from payments limit 1");
  });

  test("is seen at once by one that is not guarded, with what was done and by whom", async () => {
    const [target] = shop.targets;
    const off = ["guard", "disable", "--reason", "a test", "--database", target?.url ?? ""];
    expect(await run(...off)).toMatchObject({ code: 0 });
    await (await shopSession()).query(byHand);
    await expect
      .poll(async () => (await shop.ask("GET", "/environments/production/alarms?open=true")).body, {
        timeout: 20_000,
        interval: 100,
      })
      .toMatchObject({ alarms: [{ appVersion: "payments@2.3.0", database: "db-1" }] });
    const { body } = await shop.ask("GET", "/environments/production/alarms?open=true");
    expect(JSON.stringify(body)).toContain("rename column status");
    expect((await gate("--release", "terminals@1.0.0")).decision.verdict).not.toBe("unknown");
    expect((await gate("--release", "payments@2.3.1")).code).not.toBe(0);
  });

  test("and the alarm ends when it is taken back", async () => {
    await (await shopSession()).query("alter table payments rename column state to status");
    await expect
      .poll(async () => (await shop.ask("GET", "/environments/production/alarms?open=true")).body, {
        timeout: 20_000,
        interval: 100,
      })
      .toEqual({ alarms: [] });
  });
});

let session: Client | undefined;
async function shopSession(): Promise<Client> {
  session ??= await shop.connect("psql");
  if (!fresh.includes(session)) fresh.push(session);
  return session;
}
