import { execFileSync } from "node:child_process";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readMigrationFiles } from "./read.ts";
import { splitByReference, type SplitByReference } from "./split-by-reference.ts";

let root: string;

const git = (...words: string[]): void => {
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.org", ...words], {
    cwd: root,
    stdio: "ignore",
  });
};
const write = (name: string, text: string): Promise<void> => writeFile(join(root, "db", name), text);

async function split(reference: string): Promise<SplitByReference> {
  const directory = join(root, "db");
  return splitByReference(directory, { files: await readMigrationFiles([directory]), reference });
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "interlock-reference-"));
  await mkdir(join(root, "db"));
  await write("1_a.sql", "select 1");
  await write("3_b.sql", "select 3");
  git("init", "--quiet", "--initial-branch=main");
  git("add", ".");
  git("commit", "--quiet", "--message=first");
  git("checkout", "--quiet", "-b", "topic");
});

afterEach(() => rm(root, { recursive: true }));

test("what a branch adds is the change, committed or not, wherever it stands in the order", async () => {
  await write("2_c.sql", "select 2");
  git("add", ".");
  git("commit", "--quiet", "--message=second");
  await write("4_d.sql", "select 4");
  const { baseline, change, edited } = await split("main");
  expect(baseline.map(({ path }) => basename(path))).toEqual(["1_a.sql", "3_b.sql"]);
  expect(change.map(({ path }) => basename(path))).toEqual(["2_c.sql", "4_d.sql"]);
  expect(edited).toEqual([]);
});

test("what the reference got after the branch left it does not count", async () => {
  git("checkout", "--quiet", "main");
  await write("5_other.sql", "select 5");
  git("add", ".");
  git("commit", "--quiet", "--message=other");
  git("checkout", "--quiet", "topic");
  await write("2_c.sql", "select 2");
  expect((await split("main")).baseline).toHaveLength(2);
});

test("an edited migration is told, and the baseline has the text that ran", async () => {
  await write("1_a.sql", "select 'edited'");
  await write("2_c.sql", "select 2");
  const { baseline, edited } = await split("main");
  expect(edited.map((path) => basename(path))).toEqual(["1_a.sql"]);
  expect(baseline.map(({ text }) => text)).toEqual(["select 1", "select 3"]);
});

test("a branch that adds none has nothing to check", async () => {
  expect((await split("main")).change).toEqual([]);
});

test("a migration that has gone is refused", async () => {
  await rm(join(root, "db", "1_a.sql"));
  await expect(split("main")).rejects.toMatchObject({ code: "migrations-removed" });
});

test.each(["nowhere", "--all", "--help"])("the reference %s is refused", async (reference) => {
  await expect(split(reference)).rejects.toMatchObject({ code: "git-failed" });
});
