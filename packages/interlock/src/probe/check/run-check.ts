import type { ClientConfig } from "pg";
import type { Check } from "../../api/probes.ts";
import { storableText } from "../../control/storable.ts";
import { errorOf } from "./error-of.ts";
import { holdTo } from "./hold-to.ts";
import { CheckError, type CheckResult } from "./outcome.ts";
import { runPostgres } from "./run-postgres.ts";
import { runSteps } from "./run-steps.ts";
import { runTcp } from "./run-tcp.ts";
import { secretTexts, withoutSecrets } from "./secret-texts.ts";
import { originsOf, sendRequest } from "./send-request.ts";

export interface CheckContext {
  secrets: Readonly<Record<string, string>>;
  timeoutMs: number;
  /** A database of the environment, by its name. */
  connection: (database: string) => Promise<ClientConfig>;
  signal: AbortSignal;
}

/** What is kept of an error. */
const longestError = 600;

/** Runs a check once, within its time. Never rejects: what goes wrong is its result. */
export async function runCheck(check: Check, context: CheckContext): Promise<CheckResult> {
  const { timeoutMs, secrets } = context;
  const startedAt = performance.now();
  const latency = (): number => Math.round(performance.now() - startedAt);
  const until = AbortSignal.any([context.signal, AbortSignal.timeout(timeoutMs)]);
  try {
    await run(check, { ...context, signal: until });
    return { outcome: "ok", latencyMs: latency(), errorKind: null, error: null };
  } catch (thrown) {
    const { kind, message } = errorOf(
      until.aborted && !(thrown instanceof CheckError) ? until.reason : thrown,
      {
        timeoutMs,
      },
    );
    const error = storableText(withoutSecrets(message, secretTexts(check, secrets)).slice(0, longestError));
    return { outcome: "failed", latencyMs: latency(), errorKind: kind, error };
  }
}

async function run(check: Check, { secrets, timeoutMs, connection, signal }: CheckContext): Promise<void> {
  switch (check.kind) {
    case "http": {
      const values = { secrets, saved: {} };
      const origins = originsOf([check], values);
      holdTo(await sendRequest(check, { values, origins, signal }), check.expect);
      return;
    }
    case "steps":
      return runSteps(check.steps, { secrets, signal });
    case "tcp":
      return runTcp(check, { signal });
    case "postgres": {
      const own =
        check.url === undefined ? await connection(check.database ?? "") : { connectionString: check.url };
      return runPostgres(check, { connection: own, timeoutMs, signal });
    }
    default:
      return check satisfies never;
  }
}
