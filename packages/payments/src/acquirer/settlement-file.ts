import { setImmediate as breathe } from "node:timers/promises";
import type { DatedDecision } from "./journal/decisions.ts";
import type { Journal } from "./journal/journal.ts";

/** The first line of a settlement file. Amounts are cents; no value holds a comma, a quote or a line end. */
export const settlementHeader = "reference,kind,state,code,amount_cents,authorisation,decided_at";

const pageSize = 2_000;

/** The settlement file, in pieces of many lines: decisions from `fromMs` up to, not including, `toMs`. */
export async function* settlementLines(
  { decisions }: Journal,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): AsyncGenerator<string> {
  yield `${settlementHeader}\n`;
  let after = { decidedAt: fromMs, reference: "" };
  for (;;) {
    const page = decisions.page({ after, before: toMs, limit: pageSize });
    const last = page.at(-1);
    if (last === undefined) return;
    yield page.map(line).join("");
    after = last;
    // Between pages the others get their turn.
    await breathe();
  }
}

function line(decision: DatedDecision): string {
  const { reference, kind, state, code, amountCents, authorisation, decidedAt } = decision;
  const at = new Date(decidedAt).toISOString();
  return `${reference},${kind},${state},${code ?? ""},${String(amountCents)},${authorisation ?? ""},${at}\n`;
}
