import { readFile, stat } from "node:fs/promises";
import { Failure } from "../std/failure.ts";

/** A migration of this size is a load of data. Parsing takes up to thirty times as much memory. */
const mostBytes = 16 * 1024 ** 2;

/**
 * The text of an SQL file, without a byte order mark. What can't be read of the file system goes through.
 * Throws `Failure` "sql-too-large", "dump-not-plain", or "sql-not-text" for anything but UTF-8.
 */
export async function readSqlFile(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > mostBytes) {
    throw new Failure({
      code: "sql-too-large",
      message: `${path} has ${String(Math.round(size / 1024 ** 2))} MB; up to ${String(mostBytes / 1024 ** 2)} MB are read.`,
      state: "Nothing was run.",
      next: "Keep structure and data apart: give the check the structure only, such as pg_dump --schema-only makes it.",
    });
  }
  return sqlText(await readFile(path), path);
}

/** The same for bytes that are at hand. */
export function sqlText(bytes: Uint8Array, path: string): string {
  if (Buffer.from(bytes.subarray(0, 5)).toString("latin1") === "PGDMP") throw archived(path);
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    throw notText(path, "It is written in UTF-16.");
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw notText(path, "Some of its bytes are no UTF-8.");
  }
  // PostgreSQL would take the text to end there, and what stands behind it would never be looked at.
  if (text.includes("\0")) throw notText(path, "It holds a zero byte.");
  return text;
}

function archived(path: string): Failure {
  return new Failure({
    code: "dump-not-plain",
    message: `${path} is a dump in an archive format, which only pg_restore reads.`,
    state: "Nothing was run.",
    next: `Turn it into SQL first: pg_restore --schema-only -f schema.sql ${path}`,
  });
}

export function notText(path: string, why: string): Failure {
  return new Failure({
    code: "sql-not-text",
    message: `${path} is no SQL text.`,
    why,
    state: "Nothing was run.",
    next: "Save it as UTF-8.",
  });
}
