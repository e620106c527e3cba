import * as fc from "fast-check";
import { operationsOf, type Operation } from "./document.ts";
import { faultsOf } from "./judge-answer.ts";
import type { Planted } from "./planted.ts";
import { requestsFor, type WireRequest } from "./request.ts";
import { send, type WireAnswer } from "./send.ts";
import type { Known } from "./values.ts";

/** What a run of generated requests has found. */
export interface Attack {
  /** Requests that were answered as they must not be, with what is wrong; the first hundred. */
  faults: string[];
  /** How many answers there were of each status. */
  statuses: Map<number, number>;
  /** Operations that never answered with a success. */
  neverSucceeded: string[];
  /** Secrets that were made on the way, by asking for tokens. */
  madeSecrets: string[];
}

const mostFaults = 100;
const atOnce = 4;

/** Sends `count` generated requests, all operations in turn, and judges every answer. */
export async function attack(
  planted: Planted,
  { count, seed, known }: { count: number; seed: number; known: Record<string, unknown[]> },
): Promise<Attack> {
  const { document } = planted;
  const operations = operationsOf(document);
  const faults: string[] = [];
  const statuses = new Map<number, number>();
  const succeeded = new Set<string>();
  const madeSecrets: string[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count && faults.length < mostFaults) {
      const index = next++;
      const operation = operations[index % operations.length];
      if (operation === undefined) throw new Error("the document describes no operation");
      const { request, who } = generate(planted, { operation, seed: seed + index, known });
      const { answer, wrong } = await sendAndJudge(planted, { operation, request });
      if (answer !== undefined) {
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        if (answer.status < 300) succeeded.add(operation.name);
        learn(planted, { answer, known, madeSecrets });
        if (who !== "admin" && who in planted.wrongTokens && ![401, 429].includes(answer.status)) {
          if (!isBeforeAuthentication(answer))
            wrong.push(`a token that is ${who} was answered ${String(answer.status)}`);
        }
      }
      if (wrong.length > 0) faults.push(told({ operation, request, who, seed: seed + index, wrong }));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const neverSucceeded = operations.map(({ name }) => name).filter((name) => !succeeded.has(name));
  return { faults, statuses, neverSucceeded, madeSecrets };
}

/** An address that can't be read, or leads nowhere, is refused before anybody asks whose request it is. */
function isBeforeAuthentication({ status }: WireAnswer): boolean {
  return [400, 404, 405, 414, 431].includes(status);
}

function generate(
  { document, tokens, wrongTokens }: Planted,
  { operation, seed, known }: { operation: Operation; seed: number; known: Known },
): { request: WireRequest; who: string } {
  const [generated] = fc.sample(requestsFor(document, operation, known), { seed, numRuns: 1 });
  const [who] = fc.sample(
    fc.oneof(
      { weight: 12, arbitrary: fc.constant("admin") },
      { weight: 3, arbitrary: fc.constantFrom("viewer", "responder", "releaser", "narrow", "elsewhere") },
      { weight: 1, arbitrary: fc.constantFrom(...Object.keys(wrongTokens)) },
    ),
    { seed: seed ^ 0x5eed, numRuns: 1 },
  );
  if (generated === undefined || who === undefined) throw new Error("nothing was generated");
  const token = (tokens as Record<string, string>)[who] ?? wrongTokens[who] ?? "";
  return {
    request: { ...generated, headers: { ...generated.headers, authorization: `Bearer ${token}` } },
    who,
  };
}

async function sendAndJudge(
  { server, document, secrets }: Planted,
  { operation, request }: { operation: Operation; request: WireRequest },
): Promise<{ answer: WireAnswer | undefined; wrong: string[] }> {
  try {
    const answer = await send(new URL(server.address), request);
    return { answer, wrong: faultsOf({ document, operation, secrets }, answer) };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    // A body above the limit is refused while it is still being sent; the connection is then closed on it.
    const isRefusedBody = (request.body?.length ?? 0) > 1024 * 1024 && /EPIPE|ECONNRESET/.test(said);
    return { answer: undefined, wrong: isRefusedBody ? [] : [`there was no answer: ${said}`] };
  }
}

/** Ids that an answer tells are likelier to lead somewhere than made-up ones. */
function learn(
  { tokenIds }: Planted,
  {
    answer,
    known,
    madeSecrets,
  }: { answer: WireAnswer; known: Record<string, unknown[]>; madeSecrets: string[] },
): void {
  if (answer.status >= 300) return;
  for (const [id, prefix = ""] of answer.body.matchAll(/\b([a-z]{2,4})_[0-9a-z]{16}\b/g)) {
    if (tokenIds.has(id)) continue;
    const list = (known[`${prefix}_`] ??= []);
    if (!list.includes(id) && list.length < 200) list.push(id);
  }
  for (const [secret] of answer.body.matchAll(/\bilk_[0-9A-Za-z_]{30,}/g)) madeSecrets.push(secret);
}

function told({
  operation,
  request,
  who,
  seed,
  wrong,
}: {
  operation: Operation;
  request: WireRequest;
  who: string;
  seed: number;
  wrong: readonly string[];
}): string {
  const { authorization: _, ...headers } = request.headers;
  const body = request.body === undefined ? "no body" : request.body.toString("utf8").slice(0, 400);
  return `${operation.name} (seed ${String(seed)}, ${who})\n  ${request.target.slice(0, 300)} ${JSON.stringify(headers)}\n  ${body}\n  → ${wrong.join("\n  → ")}`;
}
