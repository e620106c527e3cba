import type { ClientConfig } from "pg";

/** The URL of what `pg` opens a session with; a unix socket goes into `host`, as libpq takes it. */
export function databaseUrl({
  user = "",
  password,
  host = "",
  port = 5432,
  database = "",
}: ClientConfig): string {
  const url = new URL(`postgres://${encodeURIComponent(user)}@localhost/${encodeURIComponent(database)}`);
  if (typeof password === "string") url.password = encodeURIComponent(password);
  url.searchParams.set("host", host);
  url.searchParams.set("port", String(port));
  return url.href;
}
