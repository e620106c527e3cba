import { asBytea } from "../../database/bytea.ts";
import { verifyPassword } from "../../database/password.ts";
import { hashSecret, newSecret } from "../../database/secret.ts";
import type { Context } from "../context.ts";
import type { Endpoint } from "../endpoint.ts";
import { Refusal } from "../refusal.ts";
import type { LoginRow } from "../statements/login.ts";

const mostAttempts = 10;
/** Each takes 32 MiB and a core for a moment; more at once would be felt by everybody who pays. */
const mostAtOnce = 4;
let underWay = 0;

/**
 * POST /v1/keys: new secret keys, test and live, for whoever logs in. 201. Older keys keep working. 401 for
 * a wrong password or an unknown login, 429 after 10 attempts within 15 minutes.
 */
export const createKeys: Endpoint = {
  method: "POST",
  path: "/v1/keys",
  access: "public",
  body: {
    type: "object",
    required: ["email", "password"],
    properties: {
      email: { type: "string", minLength: 3, maxLength: 320 },
      password: { type: "string", minLength: 1, maxLength: 200 },
    },
    additionalProperties: false,
  },
  async handle(context, request) {
    if (request.headers["idempotency-key"] !== undefined) {
      throw new Refusal(400, "Keys are not given out twice.", {
        "Idempotency-Key": "can't be used here: the answer would have to be stored, and it holds secrets",
      });
    }
    const { email, password } = request.body as { email: string; password: string };
    const merchantId = await logIn(context, { email: email.trim().toLowerCase(), password });
    const test = newSecret("sk_test");
    const live = newSecret("sk_live");
    const { database, statements } = context;
    await database.run(statements.issueKeys, [
      merchantId,
      asBytea(hashSecret(test)),
      asBytea(hashSecret(live)),
    ]);
    return {
      status: 201,
      body: JSON.stringify({ object: "keys", secret_keys: { test, live } }),
      headers: { "cache-control": "no-store" },
    };
  },
};

/** The merchant who logs in. Attempts are counted before the password is looked at, so guessing in parallel gains nothing. */
async function logIn(
  { database, statements }: Context,
  { email, password }: { email: string; password: string },
): Promise<string> {
  const [counted] = await database.run<{ attempts: number; seconds_left: number }>(
    statements.countLoginAttempt,
    [asBytea(hashSecret(email))],
  );
  if (counted === undefined || counted.attempts > mostAttempts) {
    throw new Refusal(429, "There were too many attempts to log in.", {
      email: `try again in ${String(counted?.seconds_left ?? 900)} seconds`,
    });
  }
  const [login] = await database.run<LoginRow>(statements.findLogin, [email]);
  if (!(await verifyInTurn(password, login?.password_hash)) || login === undefined) {
    throw new Refusal(401, "The login or the password is not right.");
  }
  return login.merchant_id;
}

async function verifyInTurn(password: string, stored: Buffer | undefined): Promise<boolean> {
  if (underWay >= mostAtOnce)
    throw new Refusal(503, "Too many people are logging in; try again in a moment.");
  underWay += 1;
  try {
    return await verifyPassword(password, stored);
  } finally {
    underWay -= 1;
  }
}
