import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { openShadow } from "pg-interlock/shadow";
import { applyMigrations } from "../database/apply-migrations.ts";
import { databaseUrl } from "../database/database-url.ts";
import { startProcess, type RunningProcess } from "../platform/supervisor.ts";
import { addMerchants, issueAccess } from "../seed/access.ts";
import { saleToPoiRequest } from "../terminals/nexo/sale-to-poi-request.ts";

type Body = Record<string, unknown>;

/** A message of the first terminal. What is left out is made up. */
export interface TerminalMessage {
  category: string;
  request?: unknown;
  serviceId?: string;
  saleId?: string;
}

/** The terminal service and its acquirer, without the rest of the platform: real processes, a database of its own. */
export interface PointOfSale {
  sql: Client;
  databaseUrl: string;
  terminals: RunningProcess;
  acquirer: RunningProcess;
  tokens: readonly { poiId: string; token: string }[];
  /** Sends a message and returns the whole answer, with its HTTP status. */
  post(message: TerminalMessage): Promise<{ status: number; body: Body }>;
  /** Sends a message and returns the response of its service, or the event that answers an Abort. */
  send(message: TerminalMessage): Promise<Body>;
  /** Starts the terminal service again, on another port. */
  restartTerminals(): Promise<void>;
  /** What goes wrong at the acquirer from now on, as its --faults says it. */
  setFaults(faults: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startPointOfSale(
  flags: { acquirer?: Record<string, string | number>; terminals?: Record<string, string | number> } = {},
): Promise<PointOfSale> {
  const shadow = await openShadow();
  const directory = await mkdtemp(join(tmpdir(), "point-of-sale-"));
  const connection = shadow.connection(await shadow.createDatabase());
  const sql = new Client(connection);
  await sql.connect();
  await applyMigrations(sql);
  await addMerchants(sql);
  const { terminals: tokens } = await issueAccess(sql);
  const acquirer = await startProcess({
    name: "acquirer",
    flags: { journal: join(directory, "journal.sqlite"), "latency-ms": 1, ...flags.acquirer },
    onDiagnostic: () => undefined,
  });
  const url = databaseUrl(connection);
  const startTerminals = async (): Promise<RunningProcess> =>
    startProcess({
      name: "terminals",
      databaseUrl: url,
      flags: { acquirer: acquirer.url, ...flags.terminals },
      onDiagnostic: () => undefined,
    });
  let terminals = await startTerminals();
  const post = async (message: TerminalMessage) => sendMessage(terminals.url, { message, tokens });
  return {
    sql,
    databaseUrl: url,
    acquirer,
    tokens,
    get terminals() {
      return terminals;
    },
    post,
    send: async (message) => bodyOf(message.category, (await post(message)).body),
    async restartTerminals() {
      terminals = await startTerminals();
    },
    async setFaults(faults) {
      const headers = { "content-type": "application/json" };
      const body = JSON.stringify({ faults });
      await fetch(`${acquirer.url}/faults`, { method: "PUT", headers, body });
    },
    async stop() {
      await terminals.stop();
      await acquirer.stop();
      await sql.end();
      await shadow.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function sendMessage(
  url: string,
  { message, tokens }: { message: TerminalMessage; tokens: PointOfSale["tokens"] },
): Promise<{ status: number; body: Body }> {
  const {
    category,
    request = {},
    serviceId = `service-${randomBytes(6).toString("hex")}`,
    saleId = "test",
  } = message;
  const answer = await fetch(`${url}/nexo`, {
    method: "POST",
    headers: { authorization: `Bearer ${tokens[0]?.token ?? ""}`, "content-type": "application/json" },
    body: JSON.stringify(saleToPoiRequest({ category, request, serviceId, saleId, poiId: tokens[0]?.poiId })),
  });
  return { status: answer.status, body: (await answer.json()) as Body };
}

function bodyOf(category: string, body: Body): Body {
  const response = body["SaleToPOIResponse"] as Record<string, Body> | undefined;
  const event = body["SaleToPOIRequest"] as Record<string, Body> | undefined;
  return response?.[`${category}Response`] ?? event?.["EventNotification"] ?? body;
}
