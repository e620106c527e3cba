import { Client, type ClientConfig } from "pg";
import { Failure, messageOf } from "../std/failure.ts";
import { connectionFailure } from "./connection-failure.ts";
import { checkDatabaseUrl } from "./database-url.ts";

/** How long opening a connection may take. */
const connectTimeoutMs = 10_000;

/**
 * Opens a session and names it `interlock` in `application_name`. An error that ends the session later shows
 * in the next query on it, never as an uncaught event.
 *
 * `state` is what the failure says of the database: by default that nothing was changed.
 *
 * Throws `Failure` "database-not-reachable", "login-refused", "no-such-database", "permission-denied",
 * "too-many-connections", "database-not-ready" or "database-url-not-valid"; none of them holds the password.
 */
export async function connect(
  config: ClientConfig,
  { state = "Nothing was changed." }: { state?: string } = {},
): Promise<Client> {
  const client = newClient(config, state);
  client.on("error", () => undefined);
  try {
    await client.connect();
    // Set once more, since a URL may say otherwise.
    await client.query("set application_name = 'interlock'");
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw connectionFailure(error, { place: placeOf(client), state });
  }
}

/** Where a connection goes, for people: `user@host:port/database`, without the password. */
function placeOf(client: Pick<Client, "user" | "host" | "port" | "database">): string {
  return `${client.user ?? ""}@${client.host}:${String(client.port)}/${client.database ?? ""}`;
}

function newClient(config: ClientConfig, state: string): Client {
  checkDatabaseUrl(config.connectionString, state);
  try {
    return new Client({
      connectionTimeoutMillis: connectTimeoutMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      ...config,
      // From the first moment: whoever looks just then must not take the session for one of an unknown app.
      application_name: "interlock",
    });
  } catch (error) {
    throw new Failure({
      code: "database-url-not-valid",
      message: "The database URL can't be read.",
      // The parser's message may quote the URL, and with it the password.
      why: messageOf(error).replaceAll(/\S*:\/\/\S*/g, "(the URL)"),
      state,
      next: "A URL looks like postgresql://user:password@host:5432/database; special characters in it are percent-encoded.",
    });
  }
}
