import { Client } from "pg";
import { expect, test } from "vitest";
import { childEnvironment } from "./child-environment.ts";
import { Failure } from "../std/failure.ts";
import { displayUpstream, readUpstream, socketPath } from "./upstream.ts";

test.each([
  [
    "postgres://ada:p%40ss@db.example:6432/shop?sslmode=require",
    "db.example",
    6432,
    "ada",
    "p@ss",
    "shop",
    "require",
  ],
  ["postgresql://localhost/shop", "localhost", 5432, undefined, undefined, "shop", "prefer"],
  ["postgres://ada@[::1]/shop", "::1", 5432, "ada", undefined, "shop", "prefer"],
  ["postgres://ada@%2Fvar%2Frun%2Fpg:6000/shop", "/var/run/pg", 6000, "ada", undefined, "shop", "disable"],
  ["postgres:///shop?host=/run/pg&port=6001&user=ada", "/run/pg", 6001, "ada", undefined, "shop", "disable"],
  ["postgres://ada@h", "h", 5432, "ada", undefined, "ada", "prefer"],
])("reads %s", async (url, host, port, user, password, database, tlsMode) => {
  const upstream = await readUpstream(url, {});
  expect(upstream).toMatchObject({ host, port, tlsMode });
  expect([upstream.user, upstream.password, upstream.database]).toEqual([user, password, database]);
});

test("what the URL leaves out comes from libpq's variables", async () => {
  const upstream = await readUpstream("postgres:///", {
    PGHOST: "/run/postgresql",
    PGPORT: "5433",
    PGUSER: "ada",
    PGPASSWORD: "hush",
    PGDATABASE: "shop",
  });
  expect(upstream).toMatchObject({ port: 5433, user: "ada", password: "hush", database: "shop" });
  expect(socketPath(upstream)).toBe("/run/postgresql/.s.PGSQL.5433");
  expect(displayUpstream(upstream)).not.toContain("hush");
});

test.each([
  "mysql://ada:hush@h/x",
  "host=h password=hush",
  "postgres://ada:hush@h1,h2:5432,5433/x",
  "postgres://ada:hush@h/x?sslmode=sometimes",
  "postgres://ada:hush%zz@h/x",
  "postgres://ada:hush@h/x?sslrootcert=/no/such/file",
])("refuses %s without saying the password", async (url) => {
  const thrown: unknown = await readUpstream(url, {}).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(Failure);
  expect(thrown).toMatchObject({ code: "database-url-not-valid" });
  expect(JSON.stringify([(thrown as Failure).message, (thrown as Failure).why])).not.toContain("hush");
});

test("a client that follows the environment finds the proxy, whatever the original said", async () => {
  const url =
    "postgres://ada:p%40ss@db.example:6432/shop?sslmode=verify-full&channel_binding=require&application_name=x";
  const environment = {
    PATH: "/bin",
    PGHOSTADDR: "10.0.0.1",
    PGSSLROOTCERT: "/x",
    PGSERVICE: "s",
    PGOPTIONS: "-c a=b",
  };
  const child = childEnvironment(environment, await readUpstream(url, {}), { host: "127.0.0.1", port: 7000 });
  expect(child).toMatchObject({
    PATH: "/bin",
    DATABASE_URL: "postgres://ada:p%40ss@127.0.0.1:7000/shop?application_name=x&sslmode=disable",
    PGHOST: "127.0.0.1",
    PGPORT: "7000",
    PGUSER: "ada",
    PGPASSWORD: "p@ss",
    PGDATABASE: "shop",
    PGSSLMODE: "disable",
    PGOPTIONS: "-c a=b",
    PGHOSTADDR: undefined,
    PGSSLROOTCERT: undefined,
    PGSERVICE: undefined,
  });
  const client = new Client({ connectionString: child["DATABASE_URL"] });
  expect([client.host, client.port, client.user, client.password, client.database]).toEqual([
    "127.0.0.1",
    7000,
    "ada",
    "p@ss",
    "shop",
  ]);
});
