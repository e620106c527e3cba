import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSqlFile, sqlText } from "./read-sql-file.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "interlock-sql-"));
});
afterAll(() => rm(directory, { recursive: true }));

test("a byte order mark is no part of the text, line ends and characters stay", () => {
  expect(sqlText(Buffer.from("\uFEFFselect 'é😀';\r\n"), "a.sql")).toBe("select 'é😀';\r\n");
});

test.each([
  ["UTF-16", Buffer.from("\uFEFFselect 1", "utf16le")],
  ["Latin-1", Buffer.from("select 'é'", "latin1")],
  ["a surrogate of its own", Buffer.from([0xed, 0xa0, 0x80])],
  ["a zero byte, behind which nothing would be looked at", Buffer.from("select 1;\0 drop table orders;")],
])("%s is refused", (_, bytes) => {
  expect(() => sqlText(bytes, "a.sql")).toThrow(expect.objectContaining({ code: "sql-not-text" }));
});

test("a file of 200 MB is refused before it is read", async () => {
  const path = join(directory, "data.sql");
  await writeFile(path, "");
  await truncate(path, 200 * 1024 ** 2);
  await expect(readSqlFile(path)).rejects.toMatchObject({
    code: "sql-too-large",
    message: expect.stringContaining("200 MB") as string,
  });
});
