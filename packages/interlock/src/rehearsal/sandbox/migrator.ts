import type { Socket } from "node:net";
import { Client, type ClientConfig } from "pg";
import { LimitExceeded } from "../../migration/limit-exceeded.ts";
import { goodbyeMs } from "./limits.ts";
import type { Overseen } from "./overseer.ts";
import { Overseer } from "./overseer.ts";
import type { Limits } from "./limits.ts";

/** Opens a session for migrations. A query that runs into a limit rejects with `LimitExceeded`, and the session is over. */
export async function openMigrator(
  config: ClientConfig,
  {
    limits,
    endsAt,
    ...session
  }: Pick<Overseen, "databaseBytes"> & {
    limits: Limits;
    endsAt: () => number;
    end: (processId: number) => Promise<void>;
  },
): Promise<Client> {
  const client = new Client({
    ...config,
    statement_timeout: limits.migrationStatementMs,
    lock_timeout: 10_000,
  });
  // A session that ends by itself is noticed by the next query on it.
  client.on("error", () => undefined);
  await client.connect();
  const { processID: processId, connection } = client as unknown as {
    processID: number;
    connection: { stream: Socket };
  };
  const overseer = new Overseer(
    {
      stream: connection.stream,
      statementMs: limits.migrationStatementMs,
      databaseBytes: session.databaseBytes,
      end: async () => {
        await session.end(processId);
        connection.stream.destroy();
      },
    },
    { limits, endsAt },
  );
  let open = 0;
  const query = client.query.bind(client) as (...given: unknown[]) => unknown;
  const overseen = (...given: unknown[]): unknown => {
    const answer = query(...given);
    // What is no promise is a submittable of our own, which only describes.
    if (!(answer instanceof Promise)) return answer;
    open += 1;
    overseer.begin();
    return answer
      .catch((error: unknown) => {
        throw overseer.exceeded === undefined ? error : new LimitExceeded(overseer.exceeded);
      })
      .finally(() => {
        open -= 1;
        if (open === 0) overseer.rest();
      });
  };
  client.query = overseen as typeof client.query;
  client.end = goodbye(client, connection.stream) as typeof client.end;
  return client;
}

/** A session that is over has been ended: what its end may complain of, or wait for, is no matter any more. */
function goodbye(client: Client, stream: Socket): () => Promise<void> {
  const end = client.end.bind(client) as () => Promise<void>;
  return async () => {
    const tooLong = setTimeout(() => stream.destroy(), goodbyeMs);
    await end().catch(() => undefined);
    clearTimeout(tooLong);
  };
}
