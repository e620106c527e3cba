import { Client, type ClientConfig } from "pg";
import { Failure } from "../std/failure.ts";
import { controlNotReachable } from "./control-failure.ts";

/**
 * A session of its own on the control database, for what must outlive single statements: holding the leader's lock,
 * hearing of events. Throws `Failure` "control-not-reachable". `lost` is aborted when the session ends.
 */
export async function openControlSession(
  connection: ClientConfig,
  { applicationName }: { applicationName: string },
): Promise<{ client: Client; lost: AbortSignal }> {
  const client = new Client({
    connectionTimeoutMillis: 5_000,
    // Without it a server whose machine went away would be waited for until somebody sends something.
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
    ...connection,
    application_name: applicationName,
    query_timeout: 10_000,
  });
  const lost = new AbortController();
  for (const event of ["error", "end"] as const) client.on(event, () => lost.abort(sessionLost()));
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => undefined);
    throw controlNotReachable(error);
  }
  return { client, lost: lost.signal };
}

function sessionLost(): Failure {
  return new Failure({
    code: "control-not-reachable",
    message: "The server lost a session on its control database.",
    next: "It opens another one by itself; see that the control database runs.",
  });
}
