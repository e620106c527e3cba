import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startProcess, type RunningProcess } from "../platform/supervisor.ts";
import { connectAcquirer, type Acquirer, type AuthoriseRequest, type Outcome } from "./client.ts";
import { rightCode } from "./operations/answer-challenge.ts";
import { settlementHeader } from "./settlement-file.ts";
import { testCards, type TestCard } from "./test-cards.ts";

// Far apart, so that no stall of the machine is taken for one of the other.
const patienceMs = 30_000;
const impatienceMs = 1_000;
const lateMs = 10_000;

const urlOf = (outcome: Outcome): string => {
  if (outcome.state === "challenge") return outcome.url;
  throw new Error(`no challenge but ${outcome.state}`);
};
const type = async (url: string, form: Record<string, string>): Promise<Response> =>
  fetch(url, { method: "POST", body: new URLSearchParams(form), redirect: "manual" });

describe("the acquirer over HTTP", () => {
  let directory: string;
  let running: RunningProcess;
  let acquirer: Acquirer;
  let impatient: Acquirer;
  let count = 0;
  const start = async (port: number): Promise<RunningProcess> => {
    const journal = join(directory, "journal.sqlite");
    const flags = { journal, port, "latency-ms": 1, "late-ms": lateMs };
    return startProcess({ name: "acquirer", flags, onDiagnostic: () => undefined });
  };
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "acquirer-test-"));
    running = await start(0);
    acquirer = connectAcquirer({ url: running.url, timeoutMs: patienceMs });
    impatient = connectAcquirer({ url: running.url, timeoutMs: impatienceMs });
  });
  afterAll(async () => {
    await acquirer.close();
    await impatient.close();
    await running.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const request = (card: TestCard, rest: Partial<AuthoriseRequest> = {}): AuthoriseRequest => {
    count += 1;
    return {
      reference: `att_${String(count)}`,
      amountCents: 500,
      instrument: { card: { number: testCards[card], expMonth: 12, expYear: 2040, cvv: "123" } },
      capture: true,
      challenge: "allowed",
      returnUrl: "http://127.0.0.1:1/pay/pay_1/return",
      ...rest,
    };
  };
  const put = async (faults: string): Promise<number> => {
    const body = JSON.stringify({ faults });
    const headers = { "content-type": "application/json" };
    return (await fetch(`${running.url}/faults`, { method: "PUT", headers, body })).status;
  };
  test("approves, and a token charges the card again", async () => {
    const first = await acquirer.authorise(request("approved"));
    expect(first).toEqual({
      state: "approved",
      is3ds: false,
      token: expect.stringMatching(/^tok_.{32}$/),
      fingerprint: expect.stringMatching(/^fp_.{32}$/),
    });
    if (first.state !== "approved" || first.token === null) throw new Error("a card gets a token");
    const saved = request("approved", { instrument: { token: first.token }, challenge: "none" });
    expect(await acquirer.authorise(saved)).toEqual(first);
    expect(await acquirer.authorise(saved)).toEqual(first);
  });

  test.each([
    ["approvedAnswerLost", { state: "approved" }],
    ["declinedAnswerLost", { state: "declined", code: "card_declined" }],
    ["answeredLate", { state: "approved" }],
    ["decidedLate", { state: "declined", code: "voided" }],
  ] as const)("%s: unknown, until it is inquired", async (card, outcome) => {
    const wanted = request(card);
    const asking = card.endsWith("Late") ? impatient : acquirer;
    expect(await asking.authorise(wanted)).toEqual({ state: "unknown" });
    expect(await acquirer.inquire(wanted.reference)).toMatchObject(outcome);
    expect(await acquirer.authorise(wanted)).toMatchObject(outcome);
  });

  test("a request that the network delivers three times has one effect", async () => {
    const wanted = request("answeredTwice");
    expect(await acquirer.authorise(wanted)).toMatchObject({ state: "approved" });
    const refund = { reference: "re_twice", authorisation: wanted.reference, amountCents: 500 };
    expect(await acquirer.refund(refund)).toMatchObject({ state: "approved", token: null });
    const file = await (await fetch(`${running.url}/settlements`)).text();
    expect(file.split("\n").filter((line) => line.startsWith(`${wanted.reference},`))).toHaveLength(1);
  });

  test("a refund whose answer is lost, and one that is declined", async () => {
    const [lost, declined] = [request("refundAnswerLost"), request("refundDeclined")];
    await acquirer.authorise(lost);
    await acquirer.authorise(declined);
    const refund = { reference: "re_lost", authorisation: lost.reference, amountCents: 100 };
    expect(await acquirer.refund(refund)).toEqual({ state: "unknown" });
    expect(await acquirer.inquire("re_lost")).toMatchObject({ state: "approved" });
    const other = { reference: "re_declined", authorisation: declined.reference, amountCents: 100 };
    expect(await acquirer.refund(other)).toMatchObject({ state: "declined", code: "processing_error" });
  });

  test("a challenge is a page; a code that is none is asked for again; then the browser is sent back", async () => {
    const wanted = request("challenge");
    const url = urlOf(await acquirer.authorise(wanted));
    expect(urlOf(await acquirer.inquire(wanted.reference))).toBe(url);
    const page = await fetch(url);
    expect(page.headers.get("content-security-policy")).toContain("form-action 'self' http://127.0.0.1:1;");
    expect(await page.text()).toContain("€5.00 with your card ending in 0101");
    const mistyped = await type(url, { code: '"><script>' });
    expect(mistyped.status).toBe(422);
    expect(await mistyped.text()).not.toContain("<script>");
    for (const code of [rightCode, "111111"]) {
      const answer = await type(url, { code });
      expect([answer.status, answer.headers.get("location")]).toEqual([303, wanted.returnUrl]);
    }
    expect((await fetch(url, { redirect: "manual" })).status).toBe(303);
    expect(await acquirer.inquire(wanted.reference)).toMatchObject({ state: "approved", is3ds: true });
    expect((await type(`${running.url}/challenges/none`, { code: rightCode })).status).toBe(404);
  });

  test("a challenge that is cancelled, abandoned, or gets a wrong code is declined", async () => {
    const [cancelled, wrong, abandoned] = [request("challenge"), request("challenge"), request("challenge")];
    await type(urlOf(await acquirer.authorise(cancelled)), { cancel: "1", code: "" });
    await type(urlOf(await acquirer.authorise(wrong)), { code: "123456" });
    const url = urlOf(await acquirer.authorise(abandoned));
    expect(await acquirer.abandon(abandoned.reference)).toMatchObject({ code: "timeout" });
    expect((await type(url, { code: rightCode })).status).toBe(303);
    expect(await acquirer.inquire(abandoned.reference)).toMatchObject({ code: "timeout" });
    for (const { reference } of [cancelled, wrong]) {
      expect(await acquirer.inquire(reference)).toMatchObject({ state: "declined", code: "3ds_declined" });
    }
  });

  test("a challenge whose address is lost is found by inquiry; one whose return is lost is decided", async () => {
    const lost = request("challengeAnswerLost");
    expect(await acquirer.authorise(lost)).toEqual({ state: "unknown" });
    expect((await fetch(urlOf(await acquirer.inquire(lost.reference)))).status).toBe(200);
    const alone = request("challengeReturnLost");
    const url = urlOf(await acquirer.authorise(alone));
    await expect(type(url, { code: rightCode })).rejects.toThrow("fetch failed");
    expect(await acquirer.inquire(alone.reference)).toMatchObject({ state: "approved", is3ds: true });
  });

  test("while it is down nothing is decided; after kill -9 it knows all that it ever answered", async () => {
    const before = request("approved");
    const held = request("approved", { capture: false });
    const open = request("challenge");
    await acquirer.authorise(before);
    await acquirer.authorise(held);
    const url = urlOf(await acquirer.authorise(open));
    expect(await put("down=1")).toBe(200);
    const during = request("approved");
    expect(await acquirer.authorise(during)).toEqual({ state: "unknown" });
    expect(await acquirer.inquire(before.reference)).toEqual({ state: "unknown" });
    await running.kill();
    expect(await acquirer.authorise(during)).toEqual({ state: "unknown" });
    running = await start(Number(new URL(running.url).port));
    expect(await acquirer.inquire(before.reference)).toMatchObject({ state: "approved" });
    expect(await acquirer.inquire(during.reference)).toMatchObject({ state: "declined", code: "voided" });
    const capture = { reference: "cap_1", authorisation: held.reference, amountCents: 200 };
    expect(await acquirer.capture(capture)).toMatchObject({ state: "approved" });
    const release = { reference: "rel_1", authorisation: held.reference };
    expect(await acquirer.release(release)).toMatchObject({ state: "declined", code: "nothing_held" });
    expect((await type(url, { code: rightCode })).status).toBe(303);
    expect(await acquirer.inquire(open.reference)).toMatchObject({ state: "approved" });
    expect(await put("nonsense=1")).toBe(400);
  });

  test("the settlement file holds each decision once, between the times that are asked for", async () => {
    const wanted = request("declined", { capture: false });
    await acquirer.authorise(wanted);
    const answer = await fetch(`${running.url}/settlements`);
    const lines = (await answer.text()).trimEnd().split("\n");
    expect(lines[0]).toBe(settlementHeader);
    const line = lines.find((text) => text.startsWith(`${wanted.reference},`)) ?? "";
    expect(line).toMatch(/^att_\d+,authorisation,declined,card_declined,500,,\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(new Set(lines.map((text) => text.split(",")[0])).size).toBe(lines.length);
    const at = line.split(",")[6] ?? "";
    const from = await (await fetch(`${running.url}/settlements?from=${at}`)).text();
    expect(from).toContain(line);
    const to = await (await fetch(`${running.url}/settlements?to=${at}`)).text();
    expect(to).not.toContain(line);
    expect((await fetch(`${running.url}/settlements?from=yesterday`)).status).toBe(400);
    expect(await readFile(join(directory, "journal.sqlite"), "latin1")).not.toContain(testCards.declined);
  });

  test("refuses what is malformed, and a reference that stands for something else", async () => {
    const wanted = request("approved");
    const { url } = running;
    const post = async (body: object): Promise<number> => {
      const headers = { "content-type": "application/json" };
      const answer = await fetch(`${url}/authorisations`, {
        method: "POST",
        headers,
        body: JSON.stringify(body),
      });
      return answer.status;
    };
    expect(await post(wanted)).toBe(200);
    expect(await post({ ...wanted, amountCents: 501 })).toBe(409);
    for (const wrong of [
      {},
      { ...wanted, amountCents: 0 },
      { ...wanted, amountCents: 1.5 },
      { ...wanted, amountCents: "5" },
      { ...wanted, instrument: {} },
      { ...wanted, reference: "a,b" },
      { ...wanted, returnUrl: "javascript:alert(1)" },
      { ...wanted, returnUrl: "http://[" },
      { ...wanted, returnUrl: "http://a/\r\nset-cookie: a" },
    ]) {
      expect(await post(wrong)).toBe(400);
    }
  });
});
