import { Client } from "pg";
import { checkDatabaseUrl } from "../database/database-url.ts";
import { Failure } from "../std/failure.ts";

/** Where a database's URL comes from: the URL itself, or `env:NAME`, a variable of the server's environment. */
const variable = /^env:([A-Z][A-Z0-9_]{0,62})$/;

/**
 * The URL behind a source, read anew each time where it is a variable. Throws `Failure` "variable-missing" or
 * "database-url-not-valid"; neither holds the URL.
 */
export function resolveUrl(source: string): string {
  const name = variable.exec(source)?.[1];
  const url = name === undefined ? source : process.env[name];
  if (url === undefined || url === "") {
    throw new Failure({
      code: "variable-missing",
      message: `The server has no environment variable ${name ?? ""}, which is to hold the database's URL.`,
      state: "Nothing was changed.",
      next: `Start the server with ${name ?? ""} set, or give the database another URL.`,
    });
  }
  checkDatabaseUrl(url, "Nothing was changed.");
  return url;
}

/** For people, without user and password: `db.example.com:5432/payments`. Throws `Failure` "database-url-not-valid". */
export function placeOfSource(source: string): string {
  const name = variable.exec(source)?.[1];
  if (name !== undefined && process.env[name] === undefined) return `variable ${name}`;
  const url = resolveUrl(source);
  try {
    const { host, port, database } = new Client({ connectionString: url });
    return `${host}:${String(port)}/${database ?? ""}`;
  } catch {
    // What the parser says may quote the URL, and with it the password.
    throw new Failure({
      code: "database-url-not-valid",
      message: "The database URL can't be read.",
      state: "Nothing was changed.",
      next: "A URL looks like postgresql://user:password@host:5432/database; special characters in it are percent-encoded.",
    });
  }
}
