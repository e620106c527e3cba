import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { openServer } from "../shadow/open-server.ts";
import { startRecording, type Recording, type RecordingResult } from "./recording.ts";
import { readUpstream, type Upstream } from "./upstream.ts";

/** For tests: a real PostgreSQL on loopback that asks for a password by SCRAM, and recordings in front of it. */
export interface TestServer {
  url: string;
  /** Of the same server, by its unix socket. */
  socketUrl: string;
  upstream: Upstream;
  /** Runs statements past every proxy. */
  run(sql: string): Promise<void>;
  close(): Promise<void>;
}

export async function openTestServer(settings: Readonly<Record<string, string>> = {}): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), "ilw-"));
  const lease = await openServer({ directory, settings: { fsync: "off", ...settings } });
  const { host, port, user, password = "" } = lease.address;
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  const url = `postgres://${login}@${host}:${String(port)}/postgres`;
  const socket = encodeURIComponent(join(directory, "socket"));
  return {
    url,
    socketUrl: `postgres://${login}@${socket}:${String(port)}/postgres`,
    upstream: await readUpstream(url, {}),
    run: async (sql) => {
      const client = new Client({ connectionString: url });
      await client.connect();
      try {
        await client.query(sql);
      } finally {
        await client.end();
      }
    },
    close: async () => {
      lease.release();
      await rm(directory, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 });
    },
  };
}

/** Records what `use` does with the URL of a proxy. */
export async function recordWith(
  options: { upstream: Upstream; samples?: boolean },
  use: (url: string, recording: Recording) => Promise<void>,
): Promise<RecordingResult> {
  const recording = await startRecording({ upstream: options.upstream, samples: options.samples ?? false });
  const url = new URL(
    `postgres://${options.upstream.url.username}:${options.upstream.url.password}@127.0.0.1/postgres`,
  );
  url.port = String(recording.proxy.port);
  try {
    await use(url.href, recording);
  } catch (error) {
    await recording.proxy.close(0);
    throw error;
  }
  return recording.finish();
}
