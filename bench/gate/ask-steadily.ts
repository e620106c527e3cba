import { setTimeout as sleep } from "node:timers/promises";
import type { Served } from "../../e2e/serve.ts";

export interface Answers {
  asked: number;
  verdicts: Record<string, number>;
  /** From the moment that a question was due, so that one that had to wait for others counts in full. */
  latencyMs: { p50: number; p99: number; max: number };
}

/**
 * Asks the gate at a steady rate, whether or not it has answered what was asked before: about the change and about
 * releases in turn. Throws when an answer is none.
 */
export async function askSteadily(
  { server, change }: { server: Pick<Served, "address" | "token">; change: string },
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<Answers> {
  const questions = [
    { kind: "change", change, to: "expand" },
    { kind: "release", app: "payments", version: "2.3.0" },
    { kind: "change", change, to: "structure" },
    { kind: "release", app: "terminals", version: "1.0.0" },
  ].map((question) => JSON.stringify(question));
  const began = performance.now();
  const latencies: number[] = [];
  const verdicts: Record<string, number> = {};
  const ask = async (due: number, body: string): Promise<void> => {
    const answer = await fetch(`${server.address}/api/v1/environments/production/gate`, {
      method: "POST",
      headers: { authorization: `Bearer ${server.token}`, "content-type": "application/json" },
      body,
    });
    const { verdict } = (await answer.json()) as { verdict?: string };
    latencies.push(performance.now() - due);
    if (verdict === undefined) throw new Error(`the gate answered ${String(answer.status)}`);
    verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
  };
  const asked: Promise<void>[] = [];
  for (let index = 0; index < perSecond * seconds; index++) {
    const due = began + (index * 1_000) / perSecond;
    const early = due - performance.now();
    if (early > 0) await sleep(early);
    asked.push(ask(due, questions[index % questions.length] ?? ""));
  }
  await Promise.all(asked);
  const sorted = latencies.toSorted((left, right) => left - right);
  const at = (share: number): number =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10;
  return { asked: sorted.length, verdicts, latencyMs: { p50: at(0.5), p99: at(0.99), max: at(1) } };
}
