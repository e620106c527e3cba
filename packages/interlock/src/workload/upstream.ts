import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ConnectionOptions } from "node:tls";
import { Failure, messageOf } from "../std/failure.ts";

/** How far a connection to the database is to be encrypted: libpq's `sslmode`. */
type TlsMode = "disable" | "prefer" | "require" | "verify-ca" | "verify-full";

/** The database behind a recording. */
export interface Upstream {
  /** As the user gave it, secrets included: never to be printed. */
  url: URL;
  /** A host name, or the folder of a unix socket where it begins with a slash. */
  host: string;
  port: number;
  user: string | undefined;
  password: string | undefined;
  database: string | undefined;
  tlsMode: TlsMode;
  tls: Pick<ConnectionOptions, "ca" | "cert" | "key">;
}

const tlsModes: Readonly<Record<string, TlsMode>> = {
  disable: "disable",
  allow: "prefer",
  prefer: "prefer",
  require: "require",
  "no-verify": "require",
  "verify-ca": "verify-ca",
  "verify-full": "verify-full",
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads a database URL (`postgres://user:password@host:port/database?sslmode=…`); what it leaves out comes
 * from libpq's variables (PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE, PGSSLMODE) and then from libpq's
 * defaults. Throws `Failure` "database-url-not-valid"; the URL itself is not in the message, since it can
 * hold a password.
 */
export async function readUpstream(text: string, environment: Environment): Promise<Upstream> {
  const url = parseUrl(text);
  const parameter = (name: string, variable: string): string | undefined =>
    nonEmpty(url.searchParams.get(name)) ?? nonEmpty(environment[variable]);
  const host =
    nonEmpty(url.searchParams.get("host")) ??
    nonEmpty(decode(url.hostname).replace(/^\[(.*)\]$/, "$1")) ??
    nonEmpty(environment["PGHOST"]) ??
    "localhost";
  const port = Number(nonEmpty(url.port) ?? parameter("port", "PGPORT") ?? "5432");
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw notValid("The port is not a number from 1 to 65535.");
  const mode = parameter("sslmode", "PGSSLMODE") ?? "prefer";
  const tlsMode = host.startsWith("/") ? "disable" : tlsModes[mode];
  if (tlsMode === undefined) throw notValid(`There is no sslmode "${mode}".`);
  const user = nonEmpty(decode(url.username)) ?? parameter("user", "PGUSER");
  return {
    url,
    host,
    port,
    user,
    password: nonEmpty(decode(url.password)) ?? parameter("password", "PGPASSWORD"),
    database: nonEmpty(decode(url.pathname.slice(1))) ?? parameter("dbname", "PGDATABASE") ?? user,
    tlsMode,
    tls: await readCertificates(parameter),
  };
}

/** The path of the unix socket, for a host that is a folder. */
export function socketPath({ host, port }: Pick<Upstream, "host" | "port">): string | undefined {
  return host.startsWith("/") ? join(host, `.s.PGSQL.${String(port)}`) : undefined;
}

/** For people: where the database is, without secrets. */
export function displayUpstream(upstream: Pick<Upstream, "host" | "port">): string {
  return socketPath(upstream) ?? `${upstream.host}:${String(upstream.port)}`;
}

async function readCertificates(
  parameter: (name: string, variable: string) => string | undefined,
): Promise<Upstream["tls"]> {
  const files = {
    ca: parameter("sslrootcert", "PGSSLROOTCERT"),
    cert: parameter("sslcert", "PGSSLCERT"),
    key: parameter("sslkey", "PGSSLKEY"),
  };
  const read: Upstream["tls"] = {};
  for (const [name, path] of Object.entries(files) as [keyof typeof files, string | undefined][]) {
    // "system" is libpq's word for the machine's own certificate authorities, which are Node's default.
    if (path === undefined || path === "system") continue;
    try {
      read[name] = await readFile(path, "utf8");
    } catch (error) {
      throw notValid(`The file of ${name} can't be read: ${messageOf(error)}`);
    }
  }
  return read;
}

function parseUrl(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw notValid("It is not a URL, or it names several hosts.");
  }
  if (url.protocol !== "postgres:" && url.protocol !== "postgresql:") {
    throw notValid("It does not begin with postgres:// or postgresql://.");
  }
  return url;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw notValid("A % in it is not followed by two hexadecimal digits; a percent sign is written %25.");
  }
}

function nonEmpty(text: string | null | undefined): string | undefined {
  return text === null || text === "" ? undefined : text;
}

function notValid(why: string): Failure {
  return new Failure({
    code: "database-url-not-valid",
    message: "The database URL can't be used.",
    why,
    state: "Nothing was run.",
    next: "Write it as postgres://user:password@host:5432/database, in --database or in DATABASE_URL.",
  });
}
