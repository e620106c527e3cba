import { createHash } from "node:crypto";
import { asBytea } from "../database/bytea.ts";
import type { Answer, Caller, Context } from "./context.ts";
import type { Request } from "./endpoint.ts";
import { errorBody, Refusal } from "./refusal.ts";
import type { KeyRow } from "./statements/idempotency.ts";

/** The Idempotency-Key of a request, with the fingerprint of what it asks for. */
export interface IdempotencyKey {
  key: string;
  fingerprint: Buffer;
}

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

/** The answer that a key which is taken stands for. Throws 422 for another request, 409 while there is none yet. */
export async function replay(
  { database, statements }: Context,
  { caller, key, fingerprint }: IdempotencyKey & { caller: Caller },
): Promise<Answer> {
  const [row] = await database.run<KeyRow>(statements.findKey, [caller.merchantId, caller.isLive, key]);
  if (row !== undefined && !row.fingerprint.equals(fingerprint)) {
    throw new Refusal(422, "This Idempotency-Key was used for another request.", {
      "Idempotency-Key": "take a new key for a new request",
    });
  }
  if (row === undefined || row.status_code === null || row.body === null) {
    throw new Refusal(409, "The request with this Idempotency-Key is still being worked on.", {
      "Idempotency-Key": "ask again in a moment",
    });
  }
  return { status: row.status_code, body: row.body };
}

/**
 * Does `work` once for a key and keeps its answer. Refusals are kept as well. When `work` fails without an
 * answer (5xx) the key stays claimed: whoever settles the operation later gives it its answer.
 */
export async function once(
  context: Context,
  claim: IdempotencyKey & { caller: Caller },
  work: () => Promise<Answer>,
): Promise<Answer> {
  const { database, statements } = context;
  const { caller, key, fingerprint } = claim;
  const owner = [caller.merchantId, caller.isLive, key] as const;
  const claimed = await database.run(statements.claimKey, [...owner, asBytea(fingerprint)]);
  if (claimed.length === 0) return replay(context, claim);
  try {
    const answer = await work();
    await database.run(statements.answerKey, [...owner, answer.status, answer.body]);
    // Recovery may have been first; what it kept is the same answer.
    return answer;
  } catch (error) {
    if (error instanceof Refusal && error.status < 500) {
      const body = errorBody(error.message, error.details);
      await database.run(statements.answerKey, [...owner, error.status, body]);
    }
    throw error;
  }
}
