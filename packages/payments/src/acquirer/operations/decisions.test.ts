import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Journal } from "../journal/journal.ts";
import { testCards } from "../test-cards.ts";
import { abandon } from "./abandon.ts";
import { ReferenceConflict, type Acquiring, type Answer } from "./acquiring.ts";
import { answerChallenge, rightCode } from "./answer-challenge.ts";
import { authorise, type AuthorisationRequest } from "./authorise.ts";
import { close } from "./close.ts";
import { authorisationLastsMs } from "./held.ts";
import { inquire } from "./inquire.ts";

const card = (number: string): AuthorisationRequest["instrument"] => ({
  card: { number, expMonth: 12, expYear: 2040 },
});

const sale: AuthorisationRequest = {
  reference: "a",
  amountCents: 500,
  instrument: card(testCards.approved),
  capture: true,
  challenge: "allowed",
  returnUrl: "http://127.0.0.1/return",
};

const decisionOf = (answer: Answer) => ("decision" in answer ? answer.decision : undefined);
const challengeOf = (answer: Answer) => {
  if ("challenge" in answer) return answer.challenge;
  throw new Error("no challenge was opened");
};

describe("the acquirer", () => {
  let directory: string;
  let acquiring: Acquiring;
  let time: number;
  const reopen = (): void => {
    acquiring = { journal: new Journal(join(directory, "journal.sqlite")), now: () => time };
  };
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "acquirer-"));
    time = Date.parse("2026-06-01T00:00:00Z");
    reopen();
  });
  afterEach(() => {
    acquiring.journal.close();
    rmSync(directory, { recursive: true, force: true });
  });

  test("decides once per reference, however often and however soon it is asked", async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, async () => authorise(acquiring, sale)));
    expect(new Set(answers.map((answer) => decisionOf(answer)?.state))).toEqual(new Set(["approved"]));
    for (const other of [
      { ...sale, amountCents: 501 },
      { ...sale, capture: false },
      { ...sale, instrument: card(testCards.declined) },
    ]) {
      await expect(authorise(acquiring, other)).rejects.toThrow(ReferenceConflict);
    }
  });

  test("still knows after it was opened again", async () => {
    const { token } = decisionOf(await authorise(acquiring, sale)) ?? {};
    acquiring.journal.close();
    reopen();
    expect(decisionOf(await inquire(acquiring, "a"))).toMatchObject({ state: "approved", token });
    const again = { ...sale, reference: "b", instrument: { token: String(token) } };
    expect(decisionOf(await authorise(acquiring, again))).toMatchObject({ state: "approved", token });
  });

  test("what was voided can't be approved any more, and what was approved can't be voided", async () => {
    expect(decisionOf(await inquire(acquiring, "a"))).toMatchObject({ state: "declined", code: "voided" });
    expect(decisionOf(await authorise(acquiring, sale))).toMatchObject({ state: "declined", code: "voided" });
    await authorise(acquiring, { ...sale, reference: "b" });
    expect(decisionOf(await inquire(acquiring, "b"))).toMatchObject({ state: "approved" });
  });

  test("gives back no more than it took, however many ask at once", async () => {
    await authorise(acquiring, sale);
    const refund = async (reference: string, authorisation = "a") =>
      close(acquiring, { kind: "refund", request: { reference, authorisation, amountCents: 200 } });
    const answers = await Promise.all(["r1", "r2", "r3", "r4"].map(async (reference) => refund(reference)));
    expect(answers.map(({ code }) => code)).toEqual([null, null, "exceeds_capture", "exceeds_capture"]);
    expect(await refund("r5", "none")).toMatchObject({ state: "declined", code: "unknown_authorisation" });
    expect(await refund("r1")).toMatchObject({ state: "approved" });
    await expect(refund("r1", "none")).rejects.toThrow(ReferenceConflict);
  });

  test("captures once, part or all of what is held, and only while it is held", async () => {
    const hold = async (reference: string) => authorise(acquiring, { ...sale, reference, capture: false });
    const ask = async (kind: "capture" | "release", authorisation: string, amountCents?: number) => {
      const reference = `${kind}-${authorisation}-${String(amountCents)}`;
      const amount = amountCents === undefined ? {} : { amountCents };
      return (await close(acquiring, { kind, request: { reference, authorisation, ...amount } })).code;
    };
    for (const reference of ["a", "b", "c"]) await hold(reference);
    expect(await ask("capture", "a", 501)).toBe("exceeds_authorisation");
    expect(await ask("capture", "a", 300)).toBe(null);
    expect(await ask("capture", "a", 200)).toBe("nothing_held");
    expect(await ask("release", "a")).toBe("nothing_held");
    expect(await ask("release", "b")).toBe(null);
    expect(await ask("capture", "b", 500)).toBe("nothing_held");
    time += authorisationLastsMs - 1;
    await hold("late");
    time += 1;
    expect(await ask("capture", "c", 500)).toBe("authorisation_expired");
    expect(await ask("release", "c")).toBe(null);
    expect(await ask("capture", "late", 500)).toBe(null);
    const request = { reference: "r", authorisation: "a", amountCents: 301 };
    expect((await close(acquiring, { kind: "refund", request })).code).toBe("exceeds_capture");
  });

  test("asks the card holder when the issuer or the merchant wants it", async () => {
    const outcome = async (number: string, challenge: AuthorisationRequest["challenge"]) => {
      const request = { ...sale, reference: `${number}${challenge}`, instrument: card(number), challenge };
      const answer = await authorise(acquiring, request);
      return "challenge" in answer ? "challenge" : [answer.decision.code, answer.decision.is3ds];
    };
    expect(await outcome(testCards.approved, "required")).toBe("challenge");
    expect(await outcome(testCards.approved, "allowed")).toEqual([null, false]);
    expect(await outcome(testCards.frictionless, "allowed")).toEqual([null, true]);
    expect(await outcome(testCards.frictionless, "required")).toBe("challenge");
    expect(await outcome(testCards.challenge, "allowed")).toBe("challenge");
    expect(await outcome(testCards.challenge, "none")).toEqual(["3ds_declined", false]);
    expect(await outcome(testCards.challengeFirst, "allowed")).toBe("challenge");
    const saved = { token: acquiring.journal.vault.tokenOf(testCards.challengeFirst) };
    const merchant = { ...sale, instrument: saved, challenge: "none" as const };
    expect(decisionOf(await authorise(acquiring, merchant))).toMatchObject({ state: "approved" });
  });

  test.each([
    [testCards.challenge, rightCode, { state: "approved", code: null, is3ds: true }],
    [testCards.challenge, "111111", { state: "declined", code: "3ds_declined", is3ds: false }],
    [testCards.challenge, null, { state: "declined", code: "3ds_declined", is3ds: false }],
    [testCards.challengeThenDeclined, rightCode, { state: "declined", code: "insufficient_funds" }],
  ])("a challenge to %s answered with %s ends once", async (number, code, expected) => {
    const request = { ...sale, instrument: card(number) };
    const challenge = challengeOf(await authorise(acquiring, request));
    expect(challengeOf(await authorise(acquiring, request))).toEqual(challenge);
    expect(challengeOf(await inquire(acquiring, "a"))).toEqual(challenge);
    acquiring.journal.close();
    reopen();
    expect(await answerChallenge(acquiring, { challenge, code })).toMatchObject(expected);
    expect(await answerChallenge(acquiring, { challenge, code: rightCode })).toMatchObject(expected);
    expect(decisionOf(await abandon(acquiring, "a"))).toMatchObject(expected);
    expect(decisionOf(await authorise(acquiring, request))).toMatchObject(expected);
  });

  test("an abandoned challenge is declined, whatever is typed afterwards", async () => {
    const request = { ...sale, instrument: card(testCards.challenge) };
    const challenge = challengeOf(await authorise(acquiring, request));
    expect(decisionOf(await abandon(acquiring, "a"))).toMatchObject({ state: "declined", code: "timeout" });
    expect(await answerChallenge(acquiring, { challenge, code: rightCode })).toMatchObject({
      code: "timeout",
    });
  });

  test("declines what is no card, an expired one, and a token that it never gave", async () => {
    const { now, journal } = acquiring;
    const code = async (reference: string, instrument: AuthorisationRequest["instrument"]) =>
      decisionOf(await authorise({ now, journal }, { ...sale, reference, instrument }))?.code;
    expect(await code("a", card("4242424242424241"))).toBe("incorrect_number");
    const expired = { number: testCards.approved, expMonth: 5, expYear: 2026 };
    expect(await code("b", { card: expired })).toBe("expired_card");
    expect(await code("c", { card: { ...expired, expMonth: 6 } })).toBe(null);
    expect(await code("d", { token: "tok_never" })).toBe("unknown_card");
  });

  test("keeps no card number", async () => {
    for (const [place, number] of Object.values(testCards).entries()) {
      await authorise(acquiring, { ...sale, reference: String(place), instrument: card(number) });
    }
    acquiring.journal.close();
    const files = ["journal.sqlite", "journal.sqlite.key"].map((name) =>
      readFileSync(join(directory, name), "latin1"),
    );
    for (const number of Object.values(testCards)) {
      expect(files.filter((content) => content.includes(number))).toEqual([]);
    }
    reopen();
  });
});
