import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { authorise, recall, ReferenceConflict, refund, voidUnknown } from "./decide.ts";
import { Journal } from "./journal.ts";

const card = { number: "4242424242424242" };

describe("the acquirer", () => {
  let directory: string;
  let journal: Journal;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "acquirer-"));
    journal = new Journal(join(directory, "journal.sqlite"));
  });
  afterEach(() => {
    journal.close();
    rmSync(directory, { recursive: true, force: true });
  });

  test("decides once per reference, however often and however soon it is asked", async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, async () => authorise(journal, { reference: "a", amountCents: 500, card })),
    );
    expect(new Set(answers.map(({ decision }) => JSON.stringify(decision))).size).toBe(1);
    expect(answers[0]?.decision).toMatchObject({ state: "approved", amountCents: 500 });
    await expect(authorise(journal, { reference: "a", amountCents: 501, card })).rejects.toThrow(
      ReferenceConflict,
    );
  });

  test("still knows after it was opened again", async () => {
    const { decision } = await authorise(journal, { reference: "a", amountCents: 500, card });
    journal.close();
    journal = new Journal(join(directory, "journal.sqlite"));
    expect(await recall(journal, "a")).toEqual(decision);
  });

  test("what was voided can't be approved any more, and what was approved can't be voided", async () => {
    expect(await voidUnknown(journal, "late")).toMatchObject({ state: "declined", code: "voided" });
    const late = await authorise(journal, { reference: "late", amountCents: 500, card });
    expect(late.decision).toMatchObject({ state: "declined", code: "voided" });
    await authorise(journal, { reference: "a", amountCents: 500, card });
    expect(await voidUnknown(journal, "a")).toMatchObject({ state: "approved" });
  });

  test("gives back no more than it took", async () => {
    await authorise(journal, { reference: "a", amountCents: 500, card });
    const answers = await Promise.all(
      Array.from({ length: 4 }, async (_, place) =>
        refund(journal, { reference: `r${String(place)}`, authorisation: "a", amountCents: 200 }),
      ),
    );
    expect(answers.filter(({ state }) => state === "approved")).toHaveLength(2);
    expect(await refund(journal, { reference: "x", authorisation: "none", amountCents: 1 })).toMatchObject({
      code: "unknown_authorisation",
    });
  });
});
