import { chownSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serverUser } from "../shadow/directories.ts";
import { openServer } from "../shadow/open-server.ts";
import { makeCertificate } from "./test-certificate.ts";
import { recordWith } from "./test-server.ts";
import { readUpstream } from "./upstream.ts";

// A real PostgreSQL that speaks TLS.
let directory: string;
let certificateFile: string;
let url: string;
let release: () => void;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ilt-"));
  const { key, certificate } = makeCertificate();
  const keyFile = join(directory, "key.pem");
  certificateFile = join(directory, "certificate.pem");
  await writeFile(keyFile, key, { mode: 0o600 });
  await writeFile(certificateFile, certificate);
  if (serverUser !== undefined) chownSync(keyFile, serverUser.uid, serverUser.gid);
  const lease = await openServer({
    directory,
    settings: { fsync: "off", ssl: "on", ssl_cert_file: certificateFile, ssl_key_file: keyFile },
  });
  release = () => {
    lease.release();
  };
  const { host, port, user, password = "" } = lease.address;
  url = `postgres://${user}:${encodeURIComponent(password)}@${host}:${String(port)}/postgres`;
});

afterAll(async () => {
  release();
  await rm(directory, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 });
});

/** Whether PostgreSQL sees the session that comes through the proxy as encrypted. */
async function encryptedThrough(databaseUrl: string): Promise<boolean | undefined> {
  let encrypted: boolean | undefined;
  const upstream = await readUpstream(databaseUrl, {});
  const result = await recordWith({ upstream }, async (proxyUrl) => {
    const client = new Client({ connectionString: proxyUrl });
    await client.connect();
    const { rows } = await client.query<{ ssl: boolean }>(
      "select ssl from pg_stat_ssl where pid = pg_backend_pid()",
    );
    encrypted = rows[0]?.ssl;
    await client.end();
  });
  expect(result.statements).toHaveLength(1);
  expect(result.checkFailure).toBeUndefined();
  return encrypted;
}

test("the way to the database is encrypted as its URL asks; SCRAM goes through without channel binding", async () => {
  expect(await encryptedThrough(`${url}?sslmode=disable`)).toBe(false);
  expect(await encryptedThrough(url)).toBe(true);
  expect(await encryptedThrough(`${url}?sslmode=require`)).toBe(true);
  const named = url.replace("127.0.0.1", "localhost");
  expect(await encryptedThrough(`${named}?sslmode=verify-full&sslrootcert=${certificateFile}`)).toBe(true);
});

test("a certificate that does not prove the server is refused, and the client is told", async () => {
  for (const asked of [`?sslmode=verify-full`, `?sslmode=verify-full&sslrootcert=${certificateFile}`]) {
    // Without the root it is nobody's word; with it, the certificate is for localhost and not for an address.
    const upstream = await readUpstream(`${url}${asked}`, {});
    await recordWith({ upstream }, async (proxyUrl) => {
      const client = new Client({ connectionString: proxyUrl });
      await expect(client.connect()).rejects.toMatchObject({ code: "08006" });
    });
  }
});
