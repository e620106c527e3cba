import type { Step } from "../../api/probes.ts";
import { sleep } from "../../std/sleep.ts";
import { holdTo, jsonOf, type HttpAnswer } from "./hold-to.ts";
import { valueAt } from "./json-pointer.ts";
import { CheckError } from "./outcome.ts";
import { originsOf, sendRequest, type Origins } from "./send-request.ts";
import type { Values } from "./template.ts";

/** Takes steps one after the other, each with what earlier ones saved. Throws `CheckError` that names the step. */
export async function runSteps(
  steps: readonly Step[],
  { secrets, signal }: { secrets: Values["secrets"]; signal: AbortSignal },
): Promise<void> {
  const values: Values = { secrets, saved: {} };
  const origins = originsOf(steps, values);
  for (const [index, step] of steps.entries()) {
    try {
      const answer = await take(step, { values, origins, signal });
      save(step, { answer, values });
    } catch (error) {
      if (!(error instanceof CheckError)) throw named(error, { step, index, signal });
      throw new CheckError(error.kind, `${place(step, index)}: ${error.message}`);
    }
  }
}

function place({ name }: Step, index: number): string {
  return `step ${String(index + 1)} “${name}”`;
}

/** A timeout says at which step; anything else is told by its cause. */
function named(
  error: unknown,
  { step, index, signal }: { step: Step; index: number; signal: AbortSignal },
): unknown {
  return signal.aborted ? new CheckError("timeout", `${place(step, index)}: no answer in time`) : error;
}

async function take(
  step: Step,
  context: { values: Values; origins: Origins; signal: AbortSignal },
): Promise<HttpAnswer> {
  const endsAt = performance.now() + (step.until?.forMs ?? 0);
  for (;;) {
    const answer = await sendRequest(step, context);
    try {
      holdTo(answer, step.expect);
      return answer;
    } catch (error) {
      if (step.until === undefined || performance.now() + step.until.everyMs > endsAt) throw error;
    }
    await sleep(step.until.everyMs, context.signal);
  }
}

function save({ save: wanted }: Step, { answer, values }: { answer: HttpAnswer; values: Values }): void {
  for (const [name, from] of Object.entries(wanted)) {
    const value = found(from, answer);
    if (value === undefined) throw new CheckError("value", `there is nothing to save as ${name}`);
    values.saved[name] = value;
  }
}

function found(from: Step["save"][string], answer: HttpAnswer): string | undefined {
  if ("header" in from) return answer.headers[from.header.toLowerCase()];
  if ("json" in from) {
    const value = valueAt(jsonOf(answer), from.json);
    return value === undefined || value === null || typeof value === "object"
      ? undefined
      : String(value as string);
  }
  const start = answer.body.indexOf(from.after);
  if (start === -1) return undefined;
  const end = answer.body.indexOf(from.before, start + from.after.length);
  return end === -1 ? undefined : unescaped(answer.body.slice(start + from.after.length, end));
}

/** Values in a page are written for HTML. */
function unescaped(text: string): string {
  return text
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
