import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { DatedDecision, Decision } from "../journal/decisions.ts";
import { Journal } from "../journal/journal.ts";
import { testCards } from "../test-cards.ts";
import { abandon } from "./abandon.ts";
import { ReferenceConflict, type Acquiring, type Answer } from "./acquiring.ts";
import { answerChallenge, rightCode } from "./answer-challenge.ts";
import { authorise } from "./authorise.ts";
import { close } from "./close.ts";
import { authorisationLastsMs } from "./held.ts";
import { inquire } from "./inquire.ts";

// Few references and few amounts, so that operations meet: as repeats, as conflicts, and as rivals.
const original = fc.constantFrom("a", "b");
const closing = fc.constantFrom("p", "q", "r", "s", "t", "a");
const amountCents = fc.constantFrom(100, 200, 300);
const cardNumber = fc.oneof(
  { weight: 4, arbitrary: fc.constant(testCards.approved) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(testCards.declined, testCards.challenge, testCards.challengeThenDeclined),
  },
);
const policy = fc.constantFrom("required" as const, "allowed" as const, "none" as const);
const capture = fc.boolean();
const authorising = fc.record({
  kind: fc.constant("authorise" as const),
  reference: original,
  amountCents,
  number: cardNumber,
  capture,
  challenge: policy,
});
const closingUp = fc.record({
  kind: fc.constantFrom("capture" as const, "release" as const, "refund" as const, "refund" as const),
  reference: closing,
  authorisation: original,
  amountCents,
});
const asking = fc.record({
  kind: fc.constantFrom("inquire" as const, "abandon" as const),
  reference: fc.oneof(original, closing),
});
const answering = fc.record({
  kind: fc.constant("answer" as const),
  reference: original,
  code: fc.constantFrom(rightCode, "999999", null),
});
const operation = fc.oneof(
  { weight: 3, arbitrary: authorising },
  { weight: 6, arbitrary: closingUp },
  { weight: 1, arbitrary: asking },
  { weight: 2, arbitrary: answering },
);
type Operation = typeof operation extends fc.Arbitrary<infer Value> ? Value : never;

/** Operations that run at once, and what happens before them. */
const round = fc.record({
  before: fc.constantFrom("nothing" as const, "restart" as const, "a day" as const, "eight days" as const),
  operations: fc.array(operation, { minLength: 1, maxLength: 6 }),
});

const day = authorisationLastsMs / 7;

/** An acquirer on a file, with a clock of its own, and what was ever said about each reference. */
class Run {
  readonly directory = mkdtempSync(join(tmpdir(), "acquirer-model-"));
  readonly said = new Map<string, string>();
  readonly proved = new Set<string>();
  readonly contradictions: string[] = [];
  time = Date.parse("2026-06-01T00:00:00Z");
  acquiring: Acquiring = this.#open();

  #open(): Acquiring {
    return { journal: new Journal(join(this.directory, "journal.sqlite")), now: () => this.time };
  }

  before(what: "nothing" | "restart" | "a day" | "eight days"): void {
    if (what === "a day") this.time += day;
    if (what === "eight days") this.time += 8 * day;
    if (what !== "restart") return;
    this.acquiring.journal.close();
    this.acquiring = this.#open();
  }

  async carryOut(wanted: Operation): Promise<void> {
    let answer: Answer | undefined;
    try {
      answer = await this.#ask(wanted);
    } catch (error) {
      if (!(error instanceof ReferenceConflict)) throw error;
    }
    if (answer === undefined) return;
    const known = this.said.get(wanted.reference);
    const said = "challenge" in answer ? "challenge" : JSON.stringify(wordsOf(answer.decision));
    // What was said stands. Only a challenge comes to an end, and approved only when the code was right.
    const approves = said.includes(`"approved"`);
    const stands = known === "challenge" ? !approves || this.proved.has(wanted.reference) : known === said;
    if (known !== undefined && !stands)
      this.contradictions.push(`${wanted.reference}: ${known}, then ${said}`);
    this.said.set(wanted.reference, said);
  }

  async #ask(wanted: Operation): Promise<Answer | undefined> {
    switch (wanted.kind) {
      case "authorise": {
        const { number, ...rest } = wanted;
        return authorise(this.acquiring, {
          ...rest,
          instrument: { card: { number, expMonth: 12, expYear: 2040 } },
        });
      }
      case "capture":
      case "release":
      case "refund": {
        const { kind, amountCents: cents, ...rest } = wanted;
        const request = kind === "release" ? rest : { ...rest, amountCents: cents };
        return { decision: await close(this.acquiring, { kind, request }) };
      }
      case "inquire":
        return inquire(this.acquiring, wanted.reference);
      case "abandon":
        return abandon(this.acquiring, wanted.reference);
      case "answer": {
        const challenge = this.acquiring.journal.challenges.of(wanted.reference);
        if (challenge === undefined) return undefined;
        if (wanted.code === rightCode) this.proved.add(wanted.reference);
        return { decision: await answerChallenge(this.acquiring, { challenge, code: wanted.code }) };
      }
    }
  }

  decisions(): DatedDecision[] {
    const after = { decidedAt: 0, reference: "" };
    return this.acquiring.journal.decisions.page({ after, before: this.time + 1, limit: 1_000 });
  }

  end(): void {
    this.acquiring.journal.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function wordsOf({ kind, state, code }: Decision): object {
  return { kind, state, code };
}

/** What must hold whatever was asked, counted anew from the decisions alone. */
function checkMoney(decisions: readonly DatedDecision[]): void {
  expect(new Set(decisions.map((decision) => decision.reference)).size).toBe(decisions.length);
  const approved = decisions.filter(({ state }) => state === "approved");
  const originals = new Map(
    approved
      .filter(({ kind }) => kind === "sale" || kind === "authorisation")
      .map((one) => [one.reference, one]),
  );
  const dangling = approved.filter((one) => !originals.has(one.authorisation ?? one.reference));
  expect(dangling).toEqual([]);
  for (const [name, first] of originals) {
    const later = approved.filter(({ authorisation }) => authorisation === name);
    const ends = later.filter(({ kind }) => kind === "capture" || kind === "release");
    const sum = (kind: string): number =>
      later.reduce((cents, one) => cents + (one.kind === kind ? one.amountCents : 0), 0);
    expect(ends.length).toBeLessThanOrEqual(first.kind === "sale" ? 0 : 1);
    const captured = first.kind === "sale" ? first.amountCents : sum("capture");
    expect(captured).toBeLessThanOrEqual(first.amountCents);
    expect(sum("refund")).toBeLessThanOrEqual(captured);
    const captures = ends.filter(({ kind }) => kind === "capture");
    expect(captures.filter(({ decidedAt }) => decidedAt - first.decidedAt >= authorisationLastsMs)).toEqual(
      [],
    );
  }
}

test("whatever is asked, in any order, at once, again and after a restart, the money stays right", async () => {
  await fc.assert(
    fc.asyncProperty(capture, fc.array(round, { minLength: 1, maxLength: 10 }), async (isSale, rounds) => {
      const run = new Run();
      try {
        await run.carryOut({
          kind: "authorise",
          reference: "a",
          amountCents: 300,
          number: testCards.approved,
          capture: isSale,
          challenge: "none",
        });
        for (const { before, operations } of rounds) {
          run.before(before);
          await Promise.all(operations.map(async (wanted) => run.carryOut(wanted)));
          expect(run.contradictions).toEqual([]);
          checkMoney(run.decisions());
        }
        const kept = run.decisions();
        run.before("restart");
        expect(run.decisions()).toEqual(kept);
      } finally {
        run.end();
      }
    }),
    { numRuns: 100 },
  );
}, 60_000);
