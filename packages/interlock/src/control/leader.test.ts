import { Client } from "pg";
import { expect, test } from "vitest";
import { sleep } from "../std/sleep.ts";
import { leadWork } from "./leader.ts";
import { runWork } from "./run-work.ts";
import { useControl } from "./testing-control.ts";

const database = useControl();
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

interface Server {
  leads: () => boolean;
  works: () => boolean;
  stop: () => Promise<void>;
}

function startServer(name: string): Server {
  let works = false;
  const leadership = leadWork({
    connection: database.control.connection,
    applicationName: name,
    log,
    work: [
      {
        name: "work",
        async run(signal) {
          works = true;
          await sleep(600_000, signal).catch(() => undefined);
          works = false;
        },
      },
    ],
  });
  const end = new AbortController();
  const ended = runWork([leadership], { signal: end.signal, log });
  return {
    leads: () => leadership.isLeader,
    works: () => works,
    stop: async () => {
      end.abort();
      await ended;
    },
  };
}

async function until(what: () => boolean): Promise<void> {
  while (!what()) await sleep(10);
}

test("one server leads; when it stops another one does, and nobody's work overlaps", async () => {
  const servers = ["a", "b", "c"].map((name) => startServer(`leader-${name}`));
  try {
    await until(() => servers.some(({ works }) => works()));
    expect(servers.filter(({ leads }) => leads())).toHaveLength(1);
    const first = servers.find(({ leads }) => leads());
    await first?.stop();
    expect(first?.works()).toBe(false);
    expect(first?.leads()).toBe(false);
    await until(() => servers.some(({ works }) => works()));
    expect(servers.filter(({ leads }) => leads())).toHaveLength(1);
  } finally {
    await Promise.all(servers.map(({ stop }) => stop()));
  }
});

test("a leader whose session is ended stops its work, and somebody leads again", async () => {
  const server = startServer("leader-lost");
  try {
    await until(server.works);
    const killer = new Client(database.control.connection);
    await killer.connect();
    const kill = async (): Promise<void> => {
      await killer.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'leader-lost'",
      );
    };
    await kill();
    await until(() => !server.works());
    expect(server.leads()).toBe(false);
    await until(() => server.leads() && server.works());
    await killer.end();
  } finally {
    await server.stop();
  }
});

test("work that fails is begun again, and never rejects", async () => {
  const end = new AbortController();
  let begun = 0;
  await runWork(
    [
      {
        name: "fails",
        run: async () => {
          begun += 1;
          if (begun === 3) end.abort();
          throw new Error("no");
        },
      },
    ],
    { signal: end.signal, log },
  );
  expect(begun).toBe(3);
});
