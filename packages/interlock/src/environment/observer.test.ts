import { createServer, type Server } from "node:net";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { keyBytes, makeSealer } from "../access/sealer.ts";
import { useControl } from "../control/testing-control.ts";
import { openObserver, type Observation, type Observer } from "./observer.ts";
import { sealPlace } from "./open-database.ts";

const testing = useControl();
const sealer = makeSealer(new Uint8Array(keyBytes));
const environment = "production";
let observer: Observer;
let clients: Client[] = [];

beforeEach(async () => {
  observer = openObserver({ control: testing.control, sealer }, { freshMs: 0 });
  await testing.control.query(
    "insert into interlock_control.environments (name, tools) values ('production', '{psql}')",
  );
});

afterEach(async () => {
  await observer.close();
  await Promise.all(clients.map((client) => client.end()));
  clients = [];
});

async function add(name: string, url: string): Promise<void> {
  await testing.control.query(
    `insert into interlock_control.databases (environment, name, sealed_url, place)
     values ('production', $1::text, $2::bytea, 'somewhere')`,
    [name, sealer.seal(url, sealPlace({ environment, name }))],
  );
}

async function connectAs(url: string, applicationName: string): Promise<Client> {
  const client = new Client({ connectionString: url, application_name: applicationName });
  client.on("error", () => undefined);
  await client.connect();
  clients.push(client);
  return client;
}

async function look(name = "main"): Promise<Observation> {
  const found = (await observer.observe(environment)).find((one) => one.name === name);
  if (found === undefined) throw new Error(`${name} is observed`);
  return found;
}

function names({ look: seen }: Observation): string[] {
  return (seen?.sessions ?? []).map(({ applicationName }) => applicationName);
}

describe("a target", () => {
  test("shows who has sessions, but for the observer itself", async () => {
    const { url, client } = await testing.target();
    await client.query("set application_name = 'psql'");
    await add("main", url);
    await connectAs(url, "payments@1");
    await connectAs(url, "payments@1");
    const { look: seen, problem } = await look();
    expect(problem).toBeNull();
    expect(seen?.sessions).toEqual([
      { applicationName: "payments@1", sessions: 2 },
      { applicationName: "psql", sessions: 1 },
    ]);
    expect(seen?.journal).toBeUndefined();
  });

  test("is looked at over one session, however many ask, and over a new one when that was ended", async () => {
    const { url, client } = await testing.target();
    await add("main", url);
    const pids = async (): Promise<number[]> => {
      const { rows } = await client.query<{ pid: number }>(
        "select pid from pg_stat_activity where datname = current_database() and application_name = 'interlock'",
      );
      return rows.map(({ pid }) => pid);
    };
    await Promise.all(Array.from({ length: 8 }, () => look()));
    const [first, ...others] = await pids();
    expect(others).toEqual([]);
    await client.query("select pg_terminate_backend($1::integer, 5000)", [first]);
    expect((await look()).problem).toBeNull();
    expect(await pids()).not.toContain(first);
  });

  test("that can't be reached, or whose login is refused, is a problem that holds no password", async () => {
    await add("main", "postgres://ada:topsecret@127.0.0.1:1/none");
    const { problem, look: seen } = await look();
    expect(problem).toContain("can't be reached");
    expect(problem).not.toContain("topsecret");
    expect(seen).toBeNull();
  });

  test("that takes connections and says nothing does not keep others waiting for long", async () => {
    const silent: Server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => silent.once("listening", resolve));
    const address = silent.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const { url } = await testing.target();
    await add("main", url);
    await add("silent", `postgres://ada@127.0.0.1:${String(port)}/none`);
    const all = await observer.observe(environment);
    expect(all.map(({ name, problem }) => [name, problem === null])).toEqual([
      ["main", true],
      ["silent", false],
    ]);
    await observer.close();
    silent.close();
  });

  test("whose variable is not there is a problem; with it, it is looked at", async () => {
    const { url } = await testing.target();
    await add("main", "env:OBSERVER_TEST_URL");
    expect((await look()).problem).toContain("OBSERVER_TEST_URL");
    process.env["OBSERVER_TEST_URL"] = url;
    try {
      expect((await look()).problem).toBeNull();
    } finally {
      delete process.env["OBSERVER_TEST_URL"];
    }
  });

  test("that was removed and added again as another one is another one", async () => {
    const [one, other] = [await testing.target(), await testing.target()];
    await add("main", one.url);
    await connectAs(one.url, "payments@1");
    expect(names(await look())).toContain("payments@1");
    await testing.control.query("delete from interlock_control.databases");
    await add("main", other.url);
    expect(names(await look())).not.toContain("payments@1");
  });
});

describe("what is made of a structure", () => {
  test("is kept while it stays as it is, and made anew when it does not", async () => {
    const { url, client } = await testing.target();
    await add("main", url);
    let made = 0;
    const read = async (): Promise<number> => {
      const observation = await look();
      return observer.ofStructure({ environment, observation }, "count", async () => (made += 1));
    };
    expect([await read(), await read()]).toEqual([1, 1]);
    await client.query("create table t (id int)");
    expect([await read(), await read()]).toEqual([2, 2]);
    await client.query("insert into t values (1)");
    expect(await read()).toBe(2);
  });

  test("is tried again when it failed", async () => {
    const { url } = await testing.target();
    await add("main", url);
    const observation = await look();
    const once = observer.ofStructure({ environment, observation }, "x", () =>
      Promise.reject(new Error("no")),
    );
    await expect(once).rejects.toThrow("no");
    expect(await observer.ofStructure({ environment, observation }, "x", () => Promise.resolve(7))).toBe(7);
  });
});

test("a look that is fresh enough for most questions is not for one that must see what just ended", async () => {
  await observer.close();
  observer = openObserver({ control: testing.control, sealer }, { freshMs: 3_600_000 });
  const { url, client } = await testing.target();
  await add("main", url);
  const version = async (anew: boolean): Promise<string | undefined> => {
    const [found] = await observer.observe(environment, testing.control.query, { anew });
    return found?.look?.catalogVersion;
  };
  const before = await version(false);
  await client.query("create table t (id int)");
  expect(await version(false)).toBe(before);
  // One that is under way may have begun before.
  const [first, second] = await Promise.all([version(true), version(true)]);
  expect(first).not.toBe(before);
  expect(second).toBe(first);
});

describe("who was seen", () => {
  test("is written down at once when somebody comes or goes", async () => {
    const { url } = await testing.target();
    await add("main", url);
    const one = await connectAs(url, "payments@1");
    await look();
    await observer.close();
    expect(await sightings()).toEqual([{ name: "payments@1", sessions: 1 }]);
    await one.end();
    clients = [];
    observer = openObserver({ control: testing.control, sealer }, { freshMs: 0 });
    // PostgreSQL takes a moment to let a session go.
    while (names(await look()).includes("payments@1"));
    await observer.close();
    expect(await sightings()).toEqual([{ name: "payments@1", sessions: 0 }]);
  });
});

function sightings(): Promise<{ name: string; sessions: number }[]> {
  return testing.control.query(
    `select application_name as name, sessions from interlock_control.sightings
      where application_name like 'payments%' order by 1`,
  );
}
