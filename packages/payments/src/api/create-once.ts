import { asBytea } from "../database/bytea.ts";
import type { Statement } from "../database/statement.ts";
import type { Answer, Context } from "./context.ts";
import type { MerchantRequest } from "./endpoint.ts";
import { readIdempotencyKey, replay } from "./idempotency.ts";

/**
 * Makes something with one statement that begins with the CTEs of `onlyOnce`, and returns the 201 answer: this
 * one, or, for an Idempotency-Key that was used before, the first one byte for byte. The parameters are
 * `before`, then key, fingerprint and answer, then `after`.
 */
export async function createOnce(
  context: Context,
  made: {
    request: MerchantRequest;
    path: string;
    statement: Statement;
    before: readonly unknown[];
    after: readonly unknown[];
    rendered: object;
  },
): Promise<Answer> {
  const { caller } = made.request;
  const key = readIdempotencyKey(made.request, `POST ${made.path}`);
  const answer: Answer = { status: 201, body: JSON.stringify(made.rendered) };
  const added = await context.database.run(made.statement, [
    ...made.before,
    key?.key ?? null,
    key === undefined ? null : asBytea(key.fingerprint),
    answer.body,
    ...made.after,
  ]);
  if (added.length === 1) return answer;
  if (key === undefined) throw new Error("without a key nothing keeps the statement from adding its row");
  return replay(context, { ...key, caller });
}
