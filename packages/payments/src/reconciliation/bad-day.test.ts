import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { seededRandom } from "../acquirer/network/random.ts";
import { settlementHeader } from "../acquirer/settlement-file.ts";
import { testCards } from "../acquirer/test-cards.ts";
import { answerChallenge } from "../testing/answer-challenge.ts";
import { eventually } from "../testing/eventually.ts";
import { approvedCard, startPlatform, terminalPayment, type Platform } from "../testing/platform.ts";

const main = fileURLToPath(new URL("main.ts", import.meta.url));

interface Ended {
  code: number | null;
  lines: string[];
  complaint: string;
}

async function runReconcile(flags: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...flags], { stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  let complaint = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (complaint += chunk));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, lines: text.trimEnd().split("\n"), complaint };
}

describe("a day on which much goes wrong", () => {
  let platform: Platform;
  beforeAll(async () => {
    const patience = { "acquirer-timeout-ms": 600 };
    platform = await startPlatform({
      version: "2.2.0",
      migrated: false,
      acquirerFlags: {
        latency: "median=2ms,p99=30ms",
        faults: "lost=0.1,late=0.05,decided-late=0.05,twice=0.1,down=0.05",
        "late-ms": 1_000,
        seed: 20,
      },
      apiFlags: patience,
      workerFlags: {
        ...patience,
        "recover-after-ms": 800,
        "recover-every-ms": 100,
        "challenges-every-ms": 100,
        "challenge-ms": 500,
      },
      terminalFlags: { ...patience, "recover-after-ms": 800, "recover-every-ms": 100 },
    });
    await platform.nexo("Login", { DateTime: "2026-01-01T00:00:00Z" });
  });
  afterAll(async () => platform.stop());

  const random = seededRandom(7);
  const pick = <Value>(values: readonly Value[]): Value | undefined =>
    values[Math.floor(random() * values.length)];
  const cards = [
    testCards.approved,
    testCards.approved,
    testCards.declined,
    testCards.approvedAnswerLost,
    testCards.challenge,
    testCards.refundAnswerLost,
  ];

  const countPending = async (): Promise<number> => {
    const { rows } = await platform.sql.query<{ count: number }>(
      "select count(*)::integer as count from acquirer_operations where state = 'pending'",
    );
    return rows[0]?.count ?? 0;
  };
  /** Buys online: pays at once or holds, captures a part, refunds, lets go; whatever comes of it. */
  const buyOnline = async (place: number): Promise<void> => {
    const isDeferred = place % 5 < 2;
    const amount = 1_000 + Math.floor(random() * 5_000);
    const body = isDeferred
      ? { authorized_amount: amount, auto_capture: false, currency: "EUR" }
      : { amount, currency: "EUR" };
    const id = String((await platform.call({ method: "POST", path: "/v1/payments", body })).json["id"]);
    const card = { ...approvedCard, card_number: place % 4 < 2 ? testCards.approved : pick(cards) };
    const paid = await platform.call({ method: "POST", path: `/pay/${id}`, body: card, key: null });
    const challenge = paid.json["challenge_url"];
    if (typeof challenge === "string" && random() < 0.7) {
      // With the acquirer its page goes as well: then the card holder gives up.
      await answerChallenge(challenge).catch(() => undefined);
    }
    const path = `/v1/payments/${id}`;
    if (isDeferred) {
      const patch = place % 2 === 0 ? { captured: true, amount: 999 } : { aborted: true };
      await platform.call({ method: "PATCH", path, body: patch });
    }
    await Promise.all(
      [100, 200].map(async (cents) =>
        platform.call({ method: "POST", path: `${path}/refunds`, body: { amount: cents } }),
      ),
    );
  };
  /** Buys at a terminal, and brings every other thing back. */
  const buyAtTerminal = async (place: number): Promise<void> => {
    const isBroughtBack = place % 2 === 0;
    const card = isBroughtBack ? testCards.approved : pick(cards);
    const paid = await platform.nexo("Payment", terminalPayment(12.5, card));
    const data = paid["POIData"] as { POITransactionID: object } | undefined;
    if (data === undefined || !isBroughtBack) return;
    const OriginalPOITransaction = { POITransactionID: data.POITransactionID };
    await platform.nexo("Reversal", { OriginalPOITransaction, ReversalReason: "CustCancel" });
  };

  // By their place, so that everything is done several times whoever is faster.
  const buy = async (count: number): Promise<void> => {
    const buyers = Array.from({ length: 6 }, async (_, buyer) => {
      for (let place = buyer; place < count; place += 6)
        await (place % 3 === 0 ? buyAtTerminal(place) : buyOnline(place));
    });
    await Promise.all(buyers);
  };

  test("leaves no difference once recovery has done its work", async () => {
    await buy(24);
    const unlucky = buy(12);
    await eventually(
      async () => countPending(),
      (pending) => pending > 0,
    );
    await platform.acquirer.kill();
    await unlucky;
    await platform.restartAcquirer();
    await buy(24);
    await eventually(
      async () => countPending(),
      (pending) => pending === 0,
    );
    const flags = [
      "--database",
      platform.databaseUrl,
      "--acquirer",
      platform.acquirer.url,
      "--grace-seconds",
      "0",
    ];
    const { code, lines } = await runReconcile([...flags, "--json"]);
    expect(lines).toHaveLength(1);
    const summary = JSON.parse(lines[0] ?? "") as Record<string, number>;
    expect(summary["operations"]).toBeGreaterThan(50);
    expect(summary).toEqual({
      operations: summary["operations"],
      decisions: summary["operations"],
      differences: 0,
    });
    expect(code).toBe(0);
    const kinds = await platform.sql.query<{ kind: string }>(
      "select distinct kind from acquirer_operations where state = 'approved' order by kind",
    );
    expect(kinds.rows.map(({ kind }) => kind)).toEqual([
      "capture",
      "payment",
      "refund",
      "release",
      "reversal",
      "terminal",
    ]);
  }, 60_000);

  test("names what is missing in a settlement file, in words and as JSON, and changes nothing", async () => {
    const whole = await (await fetch(`${platform.acquirer.url}/settlements`)).text();
    const lines = whole.trimEnd().split("\n");
    const lost = lines.find((line) => line.includes(",refund,approved,")) ?? "";
    const reference = lost.split(",")[0] ?? "";
    const file = join(tmpdir(), `settlement-${reference}.csv`);
    onTestFinished(async () => rm(file));
    await writeFile(file, `${lines.filter((line) => line !== lost).join("\n")}\n`);
    const flags = ["--database", platform.databaseUrl, "--settlement", file];
    const text = await runReconcile(flags);
    expect(text.code).toBe(1);
    expect(text.lines[0]).toBe(`unknown-at-acquirer: ${reference}`);
    expect(text.lines.at(-1)).toMatch(/^\d+ operations, \d+ decisions: 1 differences$/);
    const json = await runReconcile([...flags, "--json"]);
    expect(JSON.parse(json.lines[0] ?? "")).toMatchObject({
      kind: "unknown-at-acquirer",
      reference,
      there: "nothing",
    });
    await writeFile(file, `${settlementHeader}\nbroken\n`);
    const broken = await runReconcile(flags);
    expect([broken.code, broken.complaint]).toEqual([2, "line 2 of the settlement file is no line of one\n"]);
    expect((await runReconcile(["--database", platform.databaseUrl])).code).toBe(2);
    expect((await runReconcile([...flags.slice(0, 2), "--acquirer", "http://127.0.0.1:1"])).code).toBe(2);
    expect((await runReconcile(["--nonsense"])).code).toBe(2);
  }, 60_000);
});
