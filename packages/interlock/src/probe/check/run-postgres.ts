import { Client, type ClientConfig } from "pg";
import type { Check } from "../../api/probes.ts";
import { CheckError } from "./outcome.ts";

/** What sessions of probes are called: a tool, no app, in every environment. */
const applicationName = "interlock probe";

/** Connects, and runs one statement in a read-only transaction that is rolled back. */
export async function runPostgres(
  { query, equals }: Extract<Check, { kind: "postgres" }>,
  { connection, timeoutMs, signal }: { connection: ClientConfig; timeoutMs: number; signal: AbortSignal },
): Promise<void> {
  const client = new Client({
    ...connection,
    application_name: applicationName,
    connectionTimeoutMillis: timeoutMs,
    statement_timeout: timeoutMs,
    query_timeout: timeoutMs,
  });
  client.on("error", () => undefined);
  const stop = (): void => void client.end().catch(() => undefined);
  signal.addEventListener("abort", stop, { once: true });
  try {
    await client.connect();
    await client.query("begin transaction read only");
    // The extended protocol takes one statement and no more.
    const { rows } = await client.query<unknown[]>({
      text: query,
      rowMode: "array",
      queryMode: "extended",
    } as never);
    await client.query("rollback");
    const value = rows[0]?.[0];
    if (equals === undefined) return;
    const shown = value === null || value === undefined ? "nothing" : textOf(value);
    if (shown !== equals)
      throw new CheckError("value", `the answer is ${shown.slice(0, 100)} instead of ${equals}`);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
    await client.end().catch(() => undefined);
  }
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === "object" ? JSON.stringify(value) : String(value as string);
}
