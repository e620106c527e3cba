import { createHash } from "node:crypto";
import { asBytea } from "../database/bytea.ts";
import { answerFor } from "./answer-for.ts";
import type { Answer, Caller, Context } from "./context.ts";
import type { Request } from "./endpoint.ts";
import { errorBody, KeyTakenOver, Refusal } from "./refusal.ts";
import type { KeyRow } from "./statements/idempotency.ts";

/** The Idempotency-Key of a request, with the fingerprint of what it asks for. */
export interface IdempotencyKey {
  key: string;
  fingerprint: Buffer;
}

type Claim = IdempotencyKey & { caller: Caller };

export function readIdempotencyKey(request: Request, path: string): IdempotencyKey | undefined {
  const key = request.headers["idempotency-key"];
  if (key === undefined) return undefined;
  if (typeof key !== "string" || !/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new Refusal(400, "The Idempotency-Key can't be used.", {
      "Idempotency-Key": "must be 1 to 255 visible ASCII characters",
    });
  }
  const fingerprint = createHash("sha256")
    .update(`${path}\n${JSON.stringify(request.body)}`)
    .digest();
  return { key, fingerprint };
}

/**
 * The answer that a key which is taken stands for. Throws 422 for another request, 409 while there is none yet.
 * Where the request that claimed the key got no answer (it died, or the acquirer did not say), the answer is
 * made from what it began, as soon as that is decided, and kept.
 */
export async function replay(context: Context, claim: Claim): Promise<Answer> {
  const row = await findKey(context, claim);
  if (row !== undefined && !row.fingerprint.equals(claim.fingerprint)) {
    throw new Refusal(422, "This Idempotency-Key was used for another request.", {
      "Idempotency-Key": "take a new key for a new request",
    });
  }
  const kept = row === undefined ? undefined : answerOf(row);
  if (kept !== undefined) return kept;
  const subjectId = row?.subject_id ?? null;
  const made = subjectId === null ? undefined : await answerFor(context, { caller: claim.caller, subjectId });
  if (made !== undefined) return keep(context, { claim, answer: made });
  throw new Refusal(409, "The request with this Idempotency-Key is still being worked on.", {
    "Idempotency-Key": "ask again in a moment",
  });
}

/**
 * Does `work` once for a key and keeps its answer. Refusals are kept as well. When `work` fails without an
 * answer (5xx) the key stays claimed: `replay` finds out what became of what it began. Work that begins
 * something which must not happen twice ties it to the key in the same statement (`subject_id`), and throws
 * `KeyTakenOver` when somebody else has tied something to it.
 */
export async function once(context: Context, claim: Claim, work: () => Promise<Answer>): Promise<Answer> {
  const { database, statements } = context;
  const claimed = await database.run(statements.claimKey, [...ownerOf(claim), asBytea(claim.fingerprint)]);
  if (claimed.length === 0) return replay(context, claim);
  try {
    return await keep(context, { claim, answer: await work() });
  } catch (error) {
    if (!(error instanceof Refusal) || error.status >= 500 || error instanceof KeyTakenOver) throw error;
    return await keep(context, {
      claim,
      answer: { status: error.status, body: errorBody(error.message, error.details) },
    });
  }
}

/** Keeps the first answer of a key and returns it: somebody else may have been first. */
async function keep(context: Context, { claim, answer }: { claim: Claim; answer: Answer }): Promise<Answer> {
  const { database, statements } = context;
  const kept = await database.run(statements.answerKey, [...ownerOf(claim), answer.status, answer.body]);
  if (kept.length === 1) return answer;
  const row = await findKey(context, claim);
  // A key is forgotten a day later at the earliest; an answer that takes that long is given as it is.
  return (row === undefined ? undefined : answerOf(row)) ?? answer;
}

function answerOf({ status_code: status, body }: KeyRow): Answer | undefined {
  return status === null || body === null ? undefined : { status, body };
}

async function findKey({ database, statements }: Context, claim: Claim): Promise<KeyRow | undefined> {
  const [row] = await database.run<KeyRow>(statements.findKey, ownerOf(claim));
  return row;
}

function ownerOf({ caller, key }: Claim): readonly unknown[] {
  return [caller.merchantId, caller.isLive, key];
}
