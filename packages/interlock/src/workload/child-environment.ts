import type { Upstream } from "./upstream.ts";

/** What leads a client around the proxy, or asks for an encryption that the way to loopback does not have. */
const misleading = [
  "PGHOSTADDR",
  "PGSERVICE",
  "PGSERVICEFILE",
  "PGREQUIRESSL",
  "PGREQUIREAUTH",
  "PGSSLROOTCERT",
  "PGSSLCERT",
  "PGSSLKEY",
  "PGSSLNEGOTIATION",
  "PGCHANNELBINDING",
  "PGGSSENCMODE",
  "PGTARGETSESSIONATTRS",
  "PGLOADBALANCEHOSTS",
];

const misleadingParameter =
  /^(?:host|hostaddr|port|requiressl|require_auth|ssl.*|channel_binding|gssencmode|target_session_attrs|load_balance_hosts|uselibpqcompat)$/;

/**
 * The environment in which a program finds the proxy in place of its database: DATABASE_URL and libpq's
 * variables. Everything else stays as it is.
 */
export function childEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  upstream: Upstream,
  proxy: { host: string; port: number },
): Record<string, string | undefined> {
  const port = String(proxy.port);
  const { user, password, database } = upstream;
  return {
    ...environment,
    ...Object.fromEntries(misleading.map((name) => [name, undefined])),
    DATABASE_URL: proxyUrl(upstream.url, { host: proxy.host, port }),
    PGHOST: proxy.host,
    PGPORT: port,
    PGSSLMODE: "disable",
    ...(user === undefined ? {} : { PGUSER: user }),
    ...(password === undefined ? {} : { PGPASSWORD: password }),
    ...(database === undefined ? {} : { PGDATABASE: database }),
  };
}

function proxyUrl(original: URL, { host, port }: { host: string; port: string }): string {
  // Rebuilt rather than changed in place: a URL without a host takes neither user nor port.
  const login = original.username === "" ? "" : `${original.username}${passwordPart(original)}@`;
  const url = new URL(`${original.protocol}//${login}${host}:${port}${original.pathname}`);
  for (const [name, value] of original.searchParams) {
    if (!misleadingParameter.test(name)) url.searchParams.append(name, value);
  }
  url.searchParams.set("sslmode", "disable");
  return url.href;
}

function passwordPart({ password }: URL): string {
  return password === "" ? "" : `:${password}`;
}
