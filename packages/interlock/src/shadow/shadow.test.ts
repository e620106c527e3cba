import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, readdir, readlink, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { sleep } from "../std/sleep.ts";
import { embeddedBinaries } from "./binaries.ts";
import { takesLeases } from "./lease.ts";
import { openShadow } from "./open-shadow.ts";
import { processRuns } from "./process-runs.ts";
import { sweepServers } from "./sweep.ts";

// A cache of this test's own, so that no other test's servers are in sight. Short: it holds sockets.
let cache: string;
const before = process.env["INTERLOCK_CACHE"];

beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), "il-"));
  process.env["INTERLOCK_CACHE"] = cache;
});

afterAll(async () => {
  if (before === undefined) delete process.env["INTERLOCK_CACHE"];
  else process.env["INTERLOCK_CACHE"] = before;
  await rm(cache, { recursive: true, force: true });
});

async function servers(): Promise<string[]> {
  return readdir(join(cache, "servers")).catch(() => []);
}

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    if (await holds()) return;
    await sleep(20);
  }
  throw new Error("it never came to hold");
}

/** Opens a shadow and closes it, three times; returns the versions that they were of. */
async function comeAndGo(): Promise<string[]> {
  const versions: string[] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    const shadow = await openShadow();
    await shadow.createDatabase();
    versions.push(shadow.version);
    await shadow.close();
  }
  return versions;
}

/** Runs a script that opens a shadow, says where it is and waits. */
function holder(options: object): { child: ReturnType<typeof spawn>; ready: Promise<unknown> } {
  const module = join(import.meta.dirname, "open-shadow.ts");
  const child = spawn(
    process.execPath,
    [
      "--input-type=module-typescript",
      "--eval",
      `import { openShadow } from ${JSON.stringify(module)};
       const shadow = await openShadow(${JSON.stringify(options)});
       await shadow.createDatabase();
       console.log("ready"); setInterval(() => {}, 1000);`,
    ],
    { stdio: ["ignore", "pipe", "inherit"], env: process.env },
  );
  return {
    child,
    ready: Promise.race([
      once(child.stdout, "data"),
      once(child, "exit").then(() => Promise.reject(new Error("the holder ended"))),
    ]),
  };
}

describe("a shadow", () => {
  test("makes databases, copies them, and leaves nothing when it is closed", async () => {
    const shadow = await openShadow();
    const original = await shadow.createDatabase();
    const client = new Client(shadow.connection(original));
    await client.connect();
    await client.query("create table payments as select 7 as amount");
    await client.end();
    const copy = await shadow.createDatabase({ template: original });
    const reader = new Client(shadow.connection(copy));
    await reader.connect();
    expect((await reader.query("select amount from payments")).rows).toEqual([{ amount: 7 }]);
    await reader.end();
    expect(shadow.version).toMatch(/^18\./);
    await shadow.close();
    await eventually(async () => (await servers()).length === 0);
  });

  test("is unpacked so that nothing of it leads back to where it came from", async () => {
    const lib = join(dirname((await embeddedBinaries()).postgres), "../lib");
    const links = (await readdir(lib, { withFileTypes: true })).filter((entry) => entry.isSymbolicLink());
    expect(links.length).toBeGreaterThan(0);
    for (const { name } of links) expect(isAbsolute(await readlink(join(lib, name)))).toBe(false);
  });

  test.each(["SIGKILL", "SIGINT", "SIGTERM"] as const)(
    "is gone after its caller's end by %s",
    async (signal) => {
      const { child, ready } = holder({});
      await ready;
      const [name] = await servers();
      const data = join(cache, "servers", name ?? "", "data");
      const pid = Number.parseInt(await readFile(join(data, "postmaster.pid"), "utf8"), 10);
      child.kill(signal);
      await eventually(async () => (await servers()).length === 0);
      expect(await processRuns(pid)).toBe(false);
    },
  );

  test("is cleaned up by the next start when its keeper was killed as well", async () => {
    const { child, ready } = holder({});
    await ready;
    const [name] = await servers();
    const directory = join(cache, "servers", name ?? "");
    const pid = Number.parseInt(await readFile(join(directory, "data", "postmaster.pid"), "utf8"), 10);
    const keeper = JSON.parse(await readFile(join(directory, "keeper.json"), "utf8")) as { pid: number };
    process.kill(keeper.pid, "SIGKILL");
    child.kill("SIGKILL");
    await once(child, "exit");
    await eventually(async () => !(await processRuns(keeper.pid)));
    const shadow = await openShadow();
    expect(existsSync(directory)).toBe(false);
    expect(await processRuns(pid)).toBe(false);
    await shadow.close();
  });

  test("that is kept serves the next caller, who drops what a killed one left", async () => {
    // What the tests before have closed is removed by its keeper, in its own time.
    await eventually(async () => (await servers()).length === 0);
    const first = await openShadow({ keepMs: 60_000 });
    const kept = await servers();
    const { child, ready } = holder({ keepMs: 60_000 });
    await ready;
    child.kill("SIGKILL");
    await once(child, "exit");
    const second = await openShadow({ keepMs: 60_000 });
    expect(await servers()).toEqual(kept);
    const client = new Client(second.connection("postgres"));
    await client.connect();
    // Neither of the two that are open has made one: what is there is the killed one's.
    await eventually(async () => {
      const { rows } = await client.query(
        "select 1 from pg_database where datname like 'interlock_shadow_%'",
      );
      return rows.length === 0;
    });
    await client.end();
    await first.close();
    await second.close();
    const keeper = JSON.parse(
      await readFile(join(cache, "servers", kept[0] ?? "", "keeper.json"), "utf8"),
    ) as { pid: number };
    process.kill(keeper.pid, "SIGTERM");
    await eventually(async () => (await servers()).length === 0);
  });

  test("that is kept goes at its time, however often others look whether it is there", async () => {
    const shadow = await openShadow({ keepMs: 300 });
    await shadow.close();
    const [name = ""] = await servers();
    // A look that made it stay longer would make it stay for ever.
    await eventually(async () => !(await takesLeases(join(cache, "servers", name))));
    await eventually(async () => (await servers()).length === 0);
    expect(existsSync(join(cache, "servers", name))).toBe(false);
  });

  test("opens no session for whoever asks after it was closed", async () => {
    const shadow = await openShadow();
    await shadow.close();
    const connecting = vi.spyOn(Client.prototype, "connect");
    await expect(shadow.administer("select 1")).rejects.toThrow(/closed/);
    expect(connecting).not.toHaveBeenCalled();
    connecting.mockRestore();
  });

  test("is not in the way of others that come and go at the same time", async () => {
    // Each start sweeps what it takes for left behind, while the others are being made and removed.
    const sweeping = new AbortController();
    const sweeper = (async () => {
      while (!sweeping.signal.aborted) {
        await sweepServers();
        await sleep(1);
      }
    })();
    const opened = await Promise.all([comeAndGo(), comeAndGo(), comeAndGo()]);
    expect(opened.flat()).toHaveLength(9);
    sweeping.abort();
    await sweeper;
    await eventually(async () => (await servers()).length === 0);
  });

  test("starts on a copy of what initdb has made once, and says so where that can't be copied", async () => {
    const [kept, ...others] = (await readdir(cache)).filter((name) => name.startsWith("initial-data-"));
    expect(others).toEqual([]);
    const shadows = await Promise.all([openShadow(), openShadow()]);
    const identifiers = shadows.map(async (shadow) => {
      const client = new Client(shadow.connection("postgres"));
      await client.connect();
      const { rows } = await client.query<{ id: string }>(
        "select system_identifier as id from pg_control_system()",
      );
      await client.end();
      return rows[0]?.id;
    });
    expect(new Set(await Promise.all(identifiers)).size).toBe(1);
    for (const shadow of shadows) await shadow.close();

    const place = join(cache, kept ?? "");
    await rename(place, `${place}.aside`);
    await writeFile(place, "");
    await expect(openShadow()).rejects.toMatchObject({
      code: "postgres-did-not-start",
      next: expect.stringContaining(place) as string,
    });
    await rm(place);
    await rename(`${place}.aside`, place);
    await eventually(async () => (await servers()).length === 0);
  });

  test("of the user's that can't be reached is a failure that says what to do", async () => {
    await expect(openShadow({ url: "postgres://nobody:secret@127.0.0.1:1/none" })).rejects.toMatchObject({
      code: "shadow-not-reachable",
      state: "Nothing was run.",
    });
  });
});
