import { sqlstateOf } from "../../database/sqlstate.ts";
import { messageOf } from "../../std/failure.ts";
import { CheckError } from "./outcome.ts";

/** What was thrown while a check ran, as one of our kinds. */
export function errorOf(thrown: unknown, { timeoutMs }: { timeoutMs: number }): CheckError {
  if (thrown instanceof CheckError) return thrown;
  if (isTimeout(thrown)) return new CheckError("timeout", `no answer within ${String(timeoutMs)} ms`);
  const cause: unknown = thrown instanceof Error ? (thrown.cause ?? thrown) : thrown;
  if (cause instanceof CheckError) return cause;
  const code = codeOf(thrown) ?? codeOf(cause) ?? "";
  if (code === "ECONNREFUSED") return new CheckError("refused", "the connection was refused");
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return new CheckError("name", "the host is not known");
  if (/CERT|TLS|SSL|ERR_TLS|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)) {
    return new CheckError("tls", `the certificate or its encryption is not right (${code})`);
  }
  const sqlstate = sqlstateOf(thrown);
  if (sqlstate !== undefined) return new CheckError("sql", `${sqlstate}: ${messageOf(thrown)}`);
  return new CheckError("connection", `${code === "" ? "" : `${code}: `}${messageOf(cause)}`);
}

function isTimeout(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  const names = new Set([
    "TimeoutError",
    "AbortError",
    "ConnectTimeoutError",
    "HeadersTimeoutError",
    "BodyTimeoutError",
  ]);
  return names.has(thrown.name) || codeOf(thrown) === "ETIMEDOUT" || thrown.message === "timeout expired";
}

function codeOf(thrown: unknown): string | undefined {
  const code: unknown =
    typeof thrown === "object" && thrown !== null ? Reflect.get(thrown, "code") : undefined;
  return typeof code === "string" ? code : undefined;
}
