import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { expect, test } from "vitest";
import { own } from "../../shadow/server-user.ts";
import { serverUser } from "../../shadow/directories.ts";
import { readRunningFrom } from "./read-running.ts";

const run = promisify(execFile);

/** Where Debian and its like put the servers of PostgreSQL. */
const installed = "/usr/lib/postgresql";

function majors(): string[] {
  try {
    return readdirSync(installed).filter((name) => Number(name) >= 13);
  } catch {
    return [];
  }
}

const found = majors();

async function withServer(major: string, use: (url: string, client: Client) => Promise<void>): Promise<void> {
  const programs = join(installed, major, "bin");
  const directory = await mkdtemp(join(tmpdir(), "ilo-"));
  const data = join(directory, "data");
  const user = { ...serverUser, cwd: directory };
  await chmod(directory, 0o755);
  await own(directory);
  const settings = `-c listen_addresses= -c unix_socket_directories=${directory} -c fsync=off -c shared_preload_libraries=pg_stat_statements`;
  try {
    await run(join(programs, "initdb"), ["-D", data, "-U", "postgres", "-A", "trust", "--no-sync"], user);
    await run(
      join(programs, "pg_ctl"),
      ["-D", data, "-o", settings, "-l", join(directory, "log"), "-w", "start"],
      user,
    );
    const client = new Client({ host: directory, user: "postgres", database: "postgres" });
    try {
      await client.connect();
      await use(`postgres://postgres@${encodeURIComponent(directory)}/postgres`, client);
    } finally {
      await client.end();
      await run(join(programs, "pg_ctl"), ["-D", data, "-m", "immediate", "-w", "stop"], user);
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

test.skipIf(found.length === 0)(
  "servers that the machine has, of other versions, are read the same (skipped where there is none)",
  async () => {
    for (const major of found) {
      await withServer(major, async (url, client) => {
        await client.query("create extension pg_stat_statements; create table t (id int, at timestamptz)");
        await client.query("create procedure pay(n int) language sql as 'insert into t (id) values (n)'");
        await client.query("select id from t where at > now() - interval '1 day' and id = any(array[1, 2])");
        await client.query("select date_trunc('day', at) from t group by date_trunc('day', at)");
        await client.query("call pay(4711)");
        const { workload, notUsable, serverVersion } = await readRunningFrom(url);
        expect(serverVersion.startsWith(major)).toBe(true);
        expect(notUsable).toEqual([]);
        const statements = workload.statements.map(({ sql }) => sql);
        expect(statements).toHaveLength(3);
        expect(statements).toContain("select date_trunc($1, at) from t group by date_trunc($1, at)");
        expect(statements.join(";")).toMatch(/call pay\(\$1.*\$1::interval and id = any\(array\[/);
        expect(statements.join(";")).not.toContain("4711");
      });
    }
  },
  60_000,
);
