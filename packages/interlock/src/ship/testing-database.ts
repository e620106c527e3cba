import { Client, type ClientConfig } from "pg";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { openShadow, type Shadow } from "../shadow/open-shadow.ts";

/** For tests only: a real database for each test, and sessions on it that are closed after the test. */
export interface TestingDatabase {
  readonly connection: ClientConfig;
  /** The server that it is on. */
  readonly shadow: Shadow;
  /** The test's own session. */
  readonly client: Client;
  /** Another one, as an app version opens it. */
  session(applicationName?: string): Promise<Client>;
  rows<T extends object>(sql: string): Promise<T[]>;
}

export function useDatabase(): TestingDatabase {
  let shadow: Shadow;
  let database = "";
  let sessions: Client[] = [];
  beforeAll(async () => {
    shadow = await openShadow();
  });
  afterAll(async () => {
    await shadow.close();
  });
  const session = async (applicationName = "test"): Promise<Client> => {
    const client = new Client({ ...shadow.connection(database), application_name: applicationName });
    client.on("error", () => undefined);
    await client.connect();
    sessions.push(client);
    return client;
  };
  beforeEach(async () => {
    database = await shadow.createDatabase();
    await session();
    return async () => {
      await Promise.all(sessions.map((client) => client.end()));
      sessions = [];
      await shadow.dropDatabase(database);
    };
  });
  const own = (): Client => {
    const [client] = sessions;
    if (client === undefined) throw new Error("a test runs between beforeEach and its end");
    return client;
  };
  return {
    session,
    get connection() {
      return shadow.connection(database);
    },
    get shadow() {
      return shadow;
    },
    get client() {
      return own();
    },
    async rows<T extends object>(sql: string) {
      return (await own().query<T>(sql)).rows;
    },
  };
}
