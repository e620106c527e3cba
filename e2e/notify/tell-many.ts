import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSink, type Sink } from "./open-sink.ts";
import { startServer, type Running } from "./start-server.ts";

export interface Wish {
  subscribers: number;
  /** Shares of the subscribers after whose messages the server is killed: 0.25. */
  kills: readonly number[];
  /** Sessions on the mail server. */
  connections?: number;
  progress?: (line: string) => void;
}

/** What telling everybody of one update came to. */
export interface Told {
  subscribers: number;
  kills: number;
  /** From the request that publishes to the last first message. */
  seconds: number;
  messagesPerSecond: number;
  /** Subscribers that were told nothing. */
  lost: number;
  /** Messages beyond the first to the same subscriber. */
  repeated: number;
  /** Attempts that the server itself counts as perhaps arrived; every repeated message is one of them. */
  doubts: number;
  /** Messages that nobody had subscribed to. */
  strange: number;
  /** The most that the server's process held, in MB; null where the system does not say. */
  memoryMb: number | null;
  kilobytesPerMessage: number;
}

/** As many as fit into one request. */
const inOneImport = 50_000;

/**
 * Tells so many subscribers of an update over a mail server of its own, kills the server (-9) at the given moments and
 * starts it again, and counts what arrived.
 */
export async function tellMany(wish: Wish): Promise<Told> {
  const directory = await mkdtemp(join(tmpdir(), "interlock-notify-"));
  // PostgreSQL refuses to run as root and runs as somebody else then, who has to get to its folder.
  await chmod(directory, 0o711);
  const sink = await openSink();
  const variables = {
    INTERLOCK_SMTP_URL: `smtp://127.0.0.1:${String(sink.port)}?connections=${String(wish.connections ?? 10)}`,
    INTERLOCK_MAIL_FROM: "Example status <status@example.com>",
  };
  const start = (): Promise<Running> => startServer({ directory, variables });
  let server = await start();
  const restart = async (): Promise<Running> => {
    await server.kill();
    server = await start();
    return server;
  };
  try {
    await furnish(server, wish);
    return await tell({ server, sink, restart }, wish);
  } finally {
    await server.stop();
    await sink.stop();
    await rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  }
}

async function furnish({ ask }: Running, { subscribers, progress }: Wish): Promise<void> {
  await ask("POST", "/environments", { name: "production" });
  await ask("PATCH", "/status-page", {
    environment: "production",
    names: { fr: "État des services", en: "Service status", it: "Stato dei servizi" },
    url: "https://status.example.com",
  });
  await ask("POST", "/environments/production/components", {
    key: "payment-api",
    names: { fr: "API de Paiement", en: "Payment API", it: "API di Pagamento" },
  });
  for (let from = 0; from < subscribers; from += inOneImport) {
    const lines = Array.from({ length: Math.min(inOneImport, subscribers - from) }, (_, index) => {
      const number = from + index;
      return `s${String(number)}@example.com,${["fr", "en", "it"][number % 3] ?? "fr"}`;
    });
    await ask("POST", "/subscribers/import", {
      csv: `address,locale\n${lines.join("\n")}`,
      confirmedBecause: "made up for a measurement",
    });
  }
  progress?.(`${String(subscribers)} subscribers`);
}

async function tell(
  { server, sink, restart }: { server: Running; sink: Sink; restart: () => Promise<Running> },
  { subscribers, kills, progress }: Wish,
): Promise<Told> {
  let running = server;
  const moments = kills.map((share) => Math.floor(share * subscribers)).toSorted((one, other) => one - other);
  const { id: incident } = await running.ask<{ id: string }>("POST", "/environments/production/incidents", {
    priority: "P2",
    titles: {
      fr: "Perturbations sur les paiements e-commerce",
      en: "E-commerce payment disruption",
      it: "Perturbazioni sui pagamenti e-commerce",
    },
    components: [{ component: "payment-api", status: "partial_outage" }],
  });
  const startedAt = performance.now();
  await running.ask("POST", `/incidents/${incident}/updates`, {
    status: "identified",
    texts: {
      fr: "Nous avons identifié des difficultés sur le traitement des paiements e-commerce.",
      en: "We have identified difficulties in the processing of e-commerce payments.",
      it: "Abbiamo individuato difficoltà nell’elaborazione dei pagamenti e-commerce.",
    },
  });
  let memoryMb: number | null = null;
  let killed = 0;
  for (;;) {
    const { different } = await sink.taken();
    const held = await memoryOf(running.process.pid ?? 0);
    if (held !== null) memoryMb = Math.max(memoryMb ?? 0, held);
    if (different >= subscribers) break;
    const next = moments[killed];
    if (next !== undefined && different >= next) {
      progress?.(`kill -9 after ${String(different)}`);
      running = await restart();
      killed += 1;
    }
    await new Promise((resolve) =>
      setTimeout(resolve, next !== undefined && next - different < 500 ? 1 : 20),
    );
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const deliveries = await untilQuiet(running);
  const taken = await sink.taken({ ids: true });
  const receivers = new Map<string, number>();
  for (const [id, count] of taken.ids ?? []) {
    const receiver = /^upd_[0-9a-z]{16}\.r1\.(sub_[0-9a-z]{16})@status\.example\.com$/.exec(id)?.[1] ?? id;
    receivers.set(receiver, (receivers.get(receiver) ?? 0) + count);
  }
  return {
    subscribers,
    kills: killed,
    seconds: Math.round(seconds * 10) / 10,
    messagesPerSecond: Math.round(subscribers / seconds),
    lost: subscribers - receivers.size,
    repeated: taken.messages - receivers.size,
    doubts: deliveries.doubts,
    strange: [...receivers.keys()].filter((receiver) => !receiver.startsWith("sub_")).length,
    memoryMb,
    kilobytesPerMessage: Math.round(taken.bytes / taken.messages / 102.4) / 10,
  };
}

interface Deliveries {
  tellings: {
    kind: string;
    email: { waiting: number; sending: number; sent: number };
    doubts: number;
    spreadAt: string | null;
  }[];
}

/** Waits until nothing waits any more: a message that were sent again would be sent by then. */
async function untilQuiet({ ask }: Running): Promise<{ doubts: number }> {
  for (;;) {
    const { tellings } = await ask<Deliveries>("GET", "/deliveries");
    const telling = tellings.find(({ kind }) => kind === "update");
    if (telling !== undefined && telling.spreadAt !== null) {
      const { email, doubts } = telling;
      if (email.waiting === 0 && email.sending === 0) return { doubts };
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function memoryOf(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${String(pid)}/status`, "utf8").catch(() => "");
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(status)?.[1];
  return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1_024);
}
