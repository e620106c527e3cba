import { readFile, readdir } from "node:fs/promises";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { openShadow, type Shadow } from "../shadow/open-shadow.ts";
import { openControl, type Control } from "./control.ts";

/** For tests only: an empty control database for each test, and the shadow's server for target databases. */
export interface TestingControl {
  readonly control: Control;
  readonly shadow: Shadow;
  /** A target database that goes after the test; its URL can be given to an environment. */
  target(): Promise<{ database: string; url: string; client: Client }>;
}

const migrations = new URL("./migrations/", import.meta.url);

export function useControl(): TestingControl {
  let shadow: Shadow;
  let template: string;
  let control: Control;
  let ending: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    shadow = await openShadow();
    template = await shadow.createDatabase();
    const client = new Client(shadow.connection(template));
    await client.connect();
    for (const file of (await readdir(migrations)).filter((name) => name.endsWith(".sql")).toSorted()) {
      await client.query(await readFile(new URL(file, migrations), "utf8"));
    }
    await client.end();
  });
  afterAll(async () => {
    await shadow.close();
  });
  beforeEach(async () => {
    const database = await shadow.createDatabase({ template });
    control = openControl(shadow.connection(database), { applicationName: "interlock-server@test" });
    return async () => {
      for (const end of ending.toReversed()) await end();
      ending = [];
      await control.close();
      await shadow.dropDatabase(database);
    };
  });
  return {
    get control() {
      return control;
    },
    get shadow() {
      return shadow;
    },
    async target() {
      const database = await shadow.createDatabase();
      const connection = shadow.connection(database);
      const client = new Client(connection);
      client.on("error", () => undefined);
      await client.connect();
      ending.push(async () => {
        await client.end();
        await shadow.dropDatabase(database);
      });
      return { database, url: urlOf(connection), client };
    },
  };
}

/** The URL of a server that listens on a unix socket or on loopback. */
function urlOf({ user, password, host, port, database }: ReturnType<Shadow["connection"]>): string {
  const url = new URL(`postgres://localhost/${String(database)}`);
  url.username = user ?? "";
  if (typeof password === "string") url.password = password;
  if (host !== undefined) url.searchParams.set("host", host);
  if (port !== undefined) url.searchParams.set("port", String(port));
  return url.href;
}
